import type { Facts, Kind, Sample } from "../../../devices/kit/kind.ts";
import { createRandom } from "../../../simulators/random.ts";
import { createKindJudge } from "../../contract/kind-judge.ts";

/** Where the plays of these tests begin, epoch ms. */
export const noon = Date.parse("2026-07-15T12:00+08:00");

/** In ms. */
export const minute = 60_000;

interface PlayOptions {
  readonly facts?: Facts;
  /** How long nothing more is said after the last sample. */
  readonly waitS?: number;
}

/** Plays samples to a device of the kind and returns the rules that were raised, in order. */
export function raisedBy(kind: Kind, samples: readonly Sample[], options?: PlayOptions): string[] {
  const { steps } = play(kind, samples, options);
  return steps.filter(({ step }) => step === "raised").map(({ rule }) => rule);
}

/** Plays samples to a device of the kind and returns the rules that are raised after the last one. */
export function openAfter(kind: Kind, samples: readonly Sample[], options?: PlayOptions): string[] {
  return play(kind, samples, options).raised();
}

/** A simulated device of the kind; `events` steps it and returns only what happened. */
export function simulate(kind: Kind, facts: Facts = {}, start = noon) {
  const simulator = kind.simulate({ random: createRandom("kinds"), facts, start });
  return {
    ...simulator,
    events: (until: number) =>
      simulator.step(until).flatMap(({ stream, payload }) => (stream === "event" ? [payload] : [])),
  };
}

function play(kind: Kind, samples: readonly Sample[], { facts = {}, waitS = 0 }: PlayOptions = {}) {
  const judge = createKindJudge({ kind, facts, start: noon });
  let at = noon;
  for (const sample of samples) {
    at += (sample.afterS ?? 1) * 1000;
    judge.feed(sample, at);
  }
  judge.advance(at + waitS * 1000);
  return judge;
}
