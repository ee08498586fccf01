import type { Message, Trial } from "../types.ts";

/** What of a trial can be seen inside of the gateway: its message came, an alarm was made of it, it is on disk. */
export type Sight = "arrived" | "judged" | "durable";

/** Tells those who wait for a trial how far it has come. */
export interface Sightings {
  saw(trial: Trial, sight: Sight): void;
  /** Calls `seen` for each sight of a trial until the returned function is called. */
  watch(id: string, seen: (sight: Sight) => void): () => void;
}

/** Nobody waits yet. As many wait as trials are under way: one self-test, and one drill for each site. */
export function createSightings(): Sightings {
  const waiting = new Map<string, (sight: Sight) => void>();
  return {
    saw: (trial, sight) => waiting.get(idOf(trial))?.(sight),
    watch(id, seen) {
      waiting.set(id, seen);
      return () => waiting.delete(id);
    },
  };
}

type Accept<Refusal> = (message: Message, answer: (refusal: Refusal | undefined) => void) => void;

/** Stands before the path: marks what the gateway sent itself, and sees it come and become durable. */
export function markTrials<Refusal>(
  accept: Accept<Refusal>,
  { saw }: Pick<Sightings, "saw">,
): Accept<Refusal> {
  return (message, answer) => {
    const trial = trialOf(message);
    if (trial === undefined) return accept(message, answer);
    saw(trial, "arrived");
    accept({ ...message, trial }, (refusal) => {
      if (refusal === undefined) saw(trial, "durable");
      answer(refusal);
    });
  };
}

/** The trial of a message; undefined for what anybody but the gateway has sent, whatever it says. */
export function trialOf({ principal, payload }: Pick<Message, "principal" | "payload">): Trial | undefined {
  if (principal?.type !== "gateway") return undefined;
  const { drill, selfTest, run } = JSON.parse(payload.toString()) as Record<string, unknown>;
  const id = String(run);
  if (selfTest !== undefined) return { selfTest: id };
  return drill === undefined ? undefined : { drill: id };
}

/** The id of the self-test or drill. */
export function idOf(trial: Trial): string {
  return "drill" in trial ? trial.drill : trial.selfTest;
}
