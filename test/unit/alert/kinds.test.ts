import { expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import type { Facts, Kind, Sample, SimulatedMessage } from "../../../devices/kit/kind.ts";
import type { Change } from "../../../gateway/types.ts";
import { createRandom } from "../../../simulators/random.ts";
import { createKindJudge, readValues } from "../../contract/kind-judge.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aBench } from "./makers.ts";

const hour = 3_600_000;

// Summer: the examples of valves have their deadlines in it.
const start = Date.parse("2026-07-15T00:00+08:00");

for (const kind of (await loadCatalogue()).values()) {
  for (const rule of kind.rules.filter(({ quiet }) => quiet !== true)) {
    test(`${kind.name} ${rule.id}: the judge finds in its example, and in a bad day, what its words say`, () => {
      const { facts = {}, raise, clear } = rule.example;
      const both = bothJudges(kind, facts);
      both.play(raise);
      both.pass(25 * hour);
      expect(both.found).toContainEqual(expect.objectContaining({ rule: rule.id, step: "raised" }));
      both.play(clear);
      both.compare();

      const day = bothJudges(kind, facts);
      const simulator = kind.simulate({ random: createRandom("7"), facts, start });
      day.live(simulator.step(start + 2 * hour));
      day.live(simulator.provoke(rule.id, start + 2 * hour));
      day.live(simulator.step(start + 6 * hour));
      day.live(simulator.provoke("normal", start + 6 * hour));
      day.live(simulator.step(start + 8 * hour));
      day.compare();
    });
  }
}

/** The judge beside a plain one that takes the words of a rule literally. */
function bothJudges(kind: Kind, facts: Facts) {
  const bench = aBench(kind.rules, { facts, clock: createFakeClock(start) });
  const plain = createKindJudge({ kind, facts, start });
  const found: Pick<Change, "rule" | "step" | "at">[] = [];

  function note(changes: readonly Change[]): void {
    for (const { rule, step, at } of changes) {
      if (step === "raised" || step === "cleared") found.push({ rule, step, at });
    }
  }

  function feed(sample: Sample | SimulatedMessage): void {
    plain.feed(sample, bench.clock.now());
    note(bench.send(...messageOf(kind, sample, facts)));
  }

  return {
    found,
    play(samples: readonly Sample[]): void {
      for (const sample of samples) {
        bench.clock.advance((sample.afterS ?? 1) * 1_000);
        feed(sample);
      }
    },
    live(messages: readonly SimulatedMessage[]): void {
      for (const message of messages) {
        bench.clock.advance(Math.max(Number(message.payload.ts) - bench.clock.now(), 0));
        feed(message);
      }
    },
    pass(ms: number): void {
      bench.clock.advance(ms);
      plain.advance(bench.clock.now());
      note(bench.judge.due(bench.clock.now()));
    },
    compare(): void {
      this.pass(0);
      const quiet = kind.rules.find(({ quiet }) => quiet === true)?.id;
      const told = plain.steps.filter(({ rule }) => rule !== quiet);
      // The plain judge goes from rule to rule, the real one from moment to moment.
      expect(found.toSorted(byMoment)).toEqual(told.toSorted(byMoment));
    },
  };
}

function messageOf(kind: Kind, { stream, payload }: Sample | SimulatedMessage, facts: Facts) {
  const event = stream === "event" ? String(payload.event) : undefined;
  const implied = event === undefined ? {} : kind.events[event]?.implies;
  const ts = typeof payload.ts === "number" ? { ts: payload.ts } : {};
  return [
    { ...implied, ...readValues(kind, payload, facts) },
    { ...(event && { event }), ...ts },
  ] as const;
}

function byMoment(a: Pick<Change, "rule" | "step" | "at">, b: typeof a): number {
  return a.at - b.at || (`${a.rule} ${a.step}` < `${b.rule} ${b.step}` ? -1 : 1);
}
