/** Something that happens at one moment, epoch ms. */
export type Task = (at: number) => void;

/** What is going to happen to a simulated device, in order of time. */
export interface Timeline {
  /** Lets a task happen once. Tasks of the same moment happen in the order they were planned. */
  plan(at: number, task: Task): void;
  /** Lets a task happen at a moment, and again at each moment that it returns. */
  repeat(at: number, task: (at: number) => number): void;
  /** Lets everything happen up to and including a moment. */
  run(until: number): void;
}

/** An empty timeline; it has no clock of its own, so the same calls always do the same. */
export function createTimeline(): Timeline {
  let planned: { at: number; order: number; task: Task }[] = [];
  let order = 0;

  function plan(at: number, task: Task): void {
    planned.push({ at: Math.round(at), order: order++, task });
  }

  function repeat(at: number, task: (at: number) => number): void {
    plan(at, (due) => repeat(Math.max(task(due), due + 1), task));
  }

  function takeDue(until: number): { at: number; task: Task } | undefined {
    let first: (typeof planned)[number] | undefined;
    for (const entry of planned) {
      if (entry.at > until) continue;
      if (!first || entry.at < first.at || (entry.at === first.at && entry.order < first.order))
        first = entry;
    }
    if (first) planned = planned.filter((entry) => entry !== first);
    return first;
  }

  return {
    plan,
    repeat,
    run(until) {
      for (let due = takeDue(until); due; due = takeDue(until)) due.task(due.at);
    },
  };
}
