import type { Text } from "../../devices/kit/kind.ts";

/** The language that a target is told in. */
export type Language = keyof Text;

/** One line of a message. */
export interface Line {
  /** `地点`; undefined for a sentence. */
  readonly label?: string;
  readonly text: string;
  /** `vital` stays to the last, `extra` goes first when a message is too long. */
  readonly weight?: "vital" | "extra";
}

/** One entry of a summary, and for how many notifications it stands. */
export interface Item {
  readonly text: string;
  readonly count: number;
}

/** What a colour says where a platform has colours. */
export type Tone = "fire" | "urgent" | "calm" | "good" | "drill";

/**
 * A notification in words, before a platform's own form. Its texts have no line breaks, no control characters, and nothing
 * that a reader's program would make a link of; what a platform's markup would act on is the channel's to escape.
 */
export interface Told {
  readonly tone: Tone;
  /** One line that says it all. */
  readonly title: string;
  readonly lines: readonly Line[];
  /** Entries of a summary, the most urgent first. */
  readonly items: readonly Item[];
  /** Said in place of the entries for which there was no room. */
  readonly more: (count: number) => string;
  /** Where it is acknowledged. */
  readonly link: { readonly text: string; readonly url: string } | undefined;
}
