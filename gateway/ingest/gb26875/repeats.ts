import type { Frame } from "./frame.ts";
import type { Gb26875Settings } from "./settings.ts";

/** What became of a frame that came before. */
export interface Earlier {
  /** It is durable and was acknowledged. */
  isSafe: boolean;
}

/** The frames of one connection that came a short while ago. */
export interface Repeats {
  /** The earlier frame of which this one is a repeat; otherwise remembers it as new and gives nothing. */
  find(frame: Frame, at: number): Earlier | undefined;
  /** A frame that was remembered is durable now. */
  safe(frame: Frame): void;
}

/**
 * Makes the memory. A device that got no acknowledgement sends the same number with the same content again. Both must fit,
 * and nothing else may have come under this number in between: some devices never count, some have a clock that stands
 * still, and a second fire must not be taken for the repeat of a first one. A repeat that is not noticed does no harm.
 */
export function createRepeats({
  rememberedFrames,
  repeatMs,
}: Pick<Gb26875Settings, "rememberedFrames" | "repeatMs">): Repeats {
  const byNumber = new Map<string, Earlier & { readonly app: Buffer; at: number }>();

  return {
    find(frame, at) {
      const key = keyOf(frame);
      const earlier = byNumber.get(key);
      if (earlier !== undefined && at - earlier.at <= repeatMs && earlier.app.equals(frame.app))
        return earlier;
      byNumber.delete(key);
      byNumber.set(key, { app: Buffer.from(frame.app), at, isSafe: false });
      if (byNumber.size > rememberedFrames) byNumber.delete(byNumber.keys().next().value!);
      return undefined;
    },
    safe(frame) {
      const earlier = byNumber.get(keyOf(frame));
      if (earlier?.app.equals(frame.app)) earlier.isSafe = true;
    },
  };
}

function keyOf({ source, seq }: Frame): string {
  return `${source} ${seq}`;
}
