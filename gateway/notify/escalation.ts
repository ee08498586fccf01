import type { Chain, ChainClass, ChainStage } from "../duty/contract.ts";
import type { IncidentMark } from "../types.ts";
import type { Notification } from "./contract.ts";

/** How far people have come: nobody has answered, somebody has, is there, has it under control. */
export type Progress = 0 | 1 | 2 | 3;

/** Something that people must answer. */
export interface Subject {
  /** Of the incident or alert. */
  readonly id: string;
  readonly class: ChainClass;
  readonly site: string;
  readonly building: string | undefined;
  /** When it began, epoch ms; every call's time follows from it, also after a restart. */
  readonly since: number;
  /** Of an incident. */
  readonly marks: Readonly<Record<IncidentMark, number>> | undefined;
  readonly progress: Progress;
  /** Whether nobody is to be called of it for now: a window covers it. */
  readonly isPaused: () => boolean;
  /** What is told again. */
  readonly about: Notification;
}

/** A call whose time has come. */
export interface DueCall {
  /** The same for the same call, whenever it is worked out. */
  readonly id: string;
  readonly subject: Subject;
  readonly stage: number;
  readonly round: number;
  readonly call: ChainStage["call"];
}

/** Follows what nobody has answered, and says when whom to call. Its times follow from when it began, never from when it is asked. */
export interface Escalation {
  /** Takes something up, or what is new of it. False when too many are followed. */
  follow(subject: Subject): boolean;
  find(id: string): Subject | undefined;
  progress(id: string, progress: Progress): void;
  end(id: string): void;
  /** Calls whose time has come, each once. */
  due(now: number): readonly DueCall[];
  /** Whether a call is still to be made: nobody has answered, and no later round of its stage has begun. */
  isCurrent(callId: string): boolean;
  size(): number;
}

interface Watched {
  subject: Subject;
  /** The latest round of each stage. */
  readonly rounds: Map<number, number>;
  /** Nothing is due before, epoch ms. */
  nextAt: number;
}

/** Makes an escalation that follows nothing yet. A change of a chain holds from the next look on, also for what began before. */
export function createEscalation({
  chainOf,
  most,
}: {
  readonly chainOf: (site: string, of: ChainClass) => Chain;
  /** Subjects that are followed at most; fires may pass it. */
  readonly most: number;
}): Escalation {
  const watched = new Map<string, Watched>();

  function dueOf(one: Watched, now: number): DueCall[] {
    const { subject, rounds } = one;
    if (subject.isPaused()) {
      one.nextAt = now + pausedMs;
      return [];
    }
    const { stages, repeatMs } = chainOf(subject.site, subject.class);
    const calls: DueCall[] = [];
    one.nextAt = Math.min(now + lookAgainMs, Number.MAX_SAFE_INTEGER);
    for (const [stage, { call, ...when }] of stages.entries()) {
      const from = timeOf(subject, when.after);
      if (subject.progress >= levelOf[when.until]) continue;
      if (now < from) {
        one.nextAt = Math.min(one.nextAt, from);
        continue;
      }
      // Somebody who answered is not called again and again for what comes after.
      const every = subject.progress === 0 ? repeatMs : undefined;
      const round = every === undefined ? (rounds.get(stage) ?? 0) : Math.floor((now - from) / every);
      if (every !== undefined) one.nextAt = Math.min(one.nextAt, from + (round + 1) * every);
      if (round <= (rounds.get(stage) ?? -1)) continue;
      rounds.set(stage, round);
      calls.push({ id: `${subject.id}-c${stage}-${round}`, subject, stage, round, call });
    }
    return calls;
  }

  return {
    follow(subject) {
      const known = watched.get(subject.id);
      if (known === undefined && watched.size >= most && subject.class !== "fire") return false;
      watched.set(subject.id, { subject, rounds: known?.rounds ?? new Map(), nextAt: 0 });
      return true;
    },
    find: (id) => watched.get(id)?.subject,
    progress(id, progress) {
      const one = watched.get(id);
      if (one === undefined || progress <= one.subject.progress) return;
      one.subject = { ...one.subject, progress };
      one.nextAt = 0;
    },
    end: (id) => void watched.delete(id),
    due(now) {
      const calls: DueCall[] = [];
      for (const one of watched.values()) if (one.nextAt <= now) calls.push(...dueOf(one, now));
      return calls;
    },
    isCurrent(callId) {
      const [, id = "", stage, round] = /^(.+)-c(\d+)-(\d+)$/.exec(callId) ?? [];
      const one = watched.get(id);
      if (one === undefined) return false;
      const { stages } = chainOf(one.subject.site, one.subject.class);
      const until = stages[Number(stage)]?.until;
      if (until === undefined || one.subject.progress >= levelOf[until]) return false;
      return (one.rounds.get(Number(stage)) ?? Number(round)) === Number(round);
    },
    size: () => watched.size,
  };
}

/** The end of a window is noticed no later, ms. */
const pausedMs = 1_000;

/** A chain that was changed is noticed no later, ms. */
const lookAgainMs = 60_000;

const levelOf = { acknowledged: 1, arrived: 2, controlled: 3 } as const satisfies Record<
  ChainStage["until"],
  Progress
>;

function timeOf({ since, marks }: Subject, after: ChainStage["after"]): number {
  if (typeof after === "number") return since + after;
  return marks?.[after] ?? Number.POSITIVE_INFINITY;
}
