import type { Clock } from "../gateway/clock.ts";

/** Counts that rise, and numbers of the moment, by name. */
export type Figures = Readonly<Record<string, number>>;

/** A stream for people or for a file. */
export interface ProgressOutput {
  write(text: string): unknown;
  /** True for a terminal, where one line is written over and over. */
  readonly isTTY?: boolean | undefined;
}

/** Shows how far something has come. */
export interface Progress {
  /** A line that stays. */
  say(line: string): void;
  /** Writes the figures a last time and stops. */
  end(): void;
}

/**
 * Writes figures: on a terminal one line twice a second, otherwise a clean line every ten seconds. A name in `rates` is
 * also shown per second.
 */
export function startProgress({
  output,
  clock,
  read,
  rates,
}: {
  output: ProgressOutput;
  clock: Clock;
  read: () => Figures;
  rates: readonly string[];
}): Progress {
  const isTerminal = output.isTTY === true;
  let before = { at: clock.now(), figures: read() };

  function line(): string {
    const now = clock.now();
    const figures = read();
    const seconds = Math.max((now - before.at) / 1000, 0.001);
    const parts = Object.entries(figures).map(([name, value]) => {
      const rate = rates.includes(name)
        ? ` (${Math.round((value - (before.figures[name] ?? 0)) / seconds)}/s)`
        : "";
      return `${name} ${value}${rate}`;
    });
    before = { at: now, figures };
    return parts.join("  ");
  }

  function show(): void {
    output.write(isTerminal ? `\r\x1b[K${line()}` : `${new Date(clock.now()).toISOString()} ${line()}\n`);
  }

  const cancel = clock.every(isTerminal ? 500 : 10_000, show);
  return {
    say(text) {
      output.write(isTerminal ? `\r\x1b[K${text}\n` : `${text}\n`);
    },
    end() {
      cancel();
      show();
      if (isTerminal) output.write("\n");
    },
  };
}
