import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { describeKind } from "../../devices/kit/describe.ts";
import { compileFields } from "../../devices/kit/fields.ts";
import type { Facts, Kind, Rule, Sample, SimulatedMessage, Text } from "../../devices/kit/kind.ts";
import { createRandom } from "../../simulators/random.ts";
import { createKindJudge, readValues } from "./kind-judge.ts";
import { wireContract } from "./wire.contract.ts";

const hour = 3_600_000;
const day = 24 * hour;
/** Midnight in Harbin, in the deepest winter, at the height of summer, and when the lines are drained or filled. */
const days = ["2026-01-15", "2026-04-20", "2026-07-15", "2026-10-10"].map((date) =>
  Date.parse(`${date}T00:00+08:00`),
);

/** What every kind must keep; the catalogue runs it for each. */
export function kindContract(kind: Kind): void {
  const schema = compileFields(kind);
  /** Every installation that the kind tells apart. */
  const installations: Facts[] = [
    {},
    ...kind.rules.flatMap(({ example: { facts } }) => (facts ? [facts] : [])),
  ];
  const simulate = (seed: number, facts: Facts, start: number) =>
    kind.simulate({ random: createRandom(String(seed)), facts, start });

  describe(`kind ${kind.name}`, () => {
    test("its examples can be read", () => {
      for (const { payload } of kind.examples) expect(() => readValues(kind, payload, {})).not.toThrow();
    });

    test("its telemetry examples are those of a device that is well", () => {
      const judge = createKindJudge({ kind, facts: {}, start: 0 });
      const told = kind.examples.filter(({ stream }) => stream === "telemetry");
      judge.advance(play(judge, told, 0) + kind.quietAfterMs - 1);
      expect(judge.steps).toEqual([]);
    });

    test("an event implies what its examples carry", () => {
      const samples = [
        ...kind.examples,
        ...kind.rules.flatMap(({ example }) => [...example.raise, ...example.clear]),
      ];
      for (const { stream, payload } of samples)
        if (stream === "event") expectImplied(readValues(kind, payload, {}), payload);
    });

    test("each text is there in Chinese and in English", () => {
      for (const { path, text } of textsOf(kind)) {
        expect(text.zh, path).toMatch(/\p{Script=Han}/u);
        expect(text.en, path).not.toMatch(/\p{Script=Han}/u);
        expect(text.en, path).toMatch(/^[A-Z]/);
      }
    });

    test("each rule says what to do, and one is raised by silence", () => {
      for (const rule of kind.rules) expect(rule.advice, rule.id).toBeDefined();
      expect(kind.rules.filter(({ quiet }) => quiet)).toHaveLength(1);
    });

    test("each limit clears on the right side of where it raises, and raises within the believable", () => {
      for (const rule of kind.rules) {
        const { above, atLeast, below, atMost, clear } = rule.limits;
        const rising = above ?? atLeast;
        const falling = below ?? atMost;
        if (rising) expect(clear!.value, rule.id).toBeLessThanOrEqual(rising.value);
        if (falling) expect(clear!.value, rule.id).toBeGreaterThanOrEqual(falling.value);
        const raise = rising ?? falling;
        const field = kind.fields[rule.reads?.[0] ?? ""];
        if (!raise || !field?.range) continue;
        expect(raise.unit, rule.id).toBe(field.unit);
        expect(raise.value, rule.id).toBeGreaterThanOrEqual(field.range[0]);
        expect(raise.value, rule.id).toBeLessThanOrEqual(field.range[1]);
      }
    });

    test("its description is plain JSON and always the same", () => {
      const description = describeKind(kind);
      const json = JSON.stringify(description);
      expect(JSON.parse(json)).toEqual(description);
      expect(JSON.stringify(describeKind(kind))).toBe(json);
      expect(Object.keys(description.fields)).toEqual(Object.keys(kind.fields));
    });

    test.each(kind.rules.map((rule) => ({ rule, id: rule.id })))(
      "the example of $id raises it and ends it",
      ({ rule }) => {
        const { facts = {}, raise, clear } = rule.example;
        const start = days[2]!;
        const judge = createKindJudge({ kind, facts, start });
        let at = play(judge, rule.quiet ? [] : raise, start);
        at += Math.max(25 * hour, rule.quiet ? kind.quietAfterMs : 0);
        judge.advance(at);
        expect(judge.steps.map(({ rule, step }) => `${rule} ${step}`)).toContain(`${rule.id} raised`);
        if (rule.clearAfterMs === undefined) expect(judge.raised()).toContain(rule.id);
        at = play(judge, clear, at);
        if (rule.latched) expect(judge.raised()).toContain(rule.id);
        else expect(judge.raised()).not.toContain(rule.id);
      },
    );

    if (kind.wire !== undefined) wireContract(kind, kind.wire);

    test("no rule raises from a reading that says nothing", () => {
      const judge = createKindJudge({ kind, facts: {}, start: 0 });
      judge.feed({ stream: "telemetry", payload: {} }, 1);
      judge.advance(kind.quietAfterMs - 1);
      expect(judge.steps).toEqual([]);
    });

    test("a thousand simulated steps are canonical and in order", () => {
      for (const facts of installations) {
        const simulator = simulate(1, facts, days[2]!);
        let before = days[2]!;
        for (let i = 1; i <= 1000; i++) {
          const until = days[2]! + i * (kind.intervalMs / 2);
          for (const message of simulator.step(until)) {
            const ts = Number(message.payload.ts);
            expect(ts).toBeGreaterThanOrEqual(before);
            expect(ts).toBeLessThanOrEqual(until);
            before = ts;
            expectCanonical(message);
          }
        }
        expect(before).toBeGreaterThan(days[2]! + 450 * kind.intervalMs);
      }
    });

    test("the same seed gives the same traffic, another seed another", () => {
      const traffic = (seed: number) => JSON.stringify(simulate(seed, {}, days[2]!).step(days[2]! + day));
      expect(traffic(7)).toBe(traffic(7));
      expect(traffic(8)).not.toBe(traffic(7));
    });

    test("many short steps tell the same as a long one", () => {
      const long = simulate(3, {}, days[2]!).step(days[2]! + 6 * hour);
      const simulator = simulate(3, {}, days[2]!);
      const short = Array.from({ length: 360 }, (_, i) => simulator.step(days[2]! + (i + 1) * 60_000)).flat();
      expect(short).toEqual(long);
    });

    test("a normal day raises nothing that a person must act on", () => {
      for (const [i, facts] of installations.entries()) {
        for (const start of days) {
          for (let seed = 1; seed <= 4; seed++) {
            const judge = createKindJudge({ kind, facts, start });
            const traffic = simulate(seed * 100 + i, facts, start).step(start + day);
            for (const message of traffic) judge.feed(message, Number(message.payload.ts));
            expect(serious(judge.steps), `${JSON.stringify(facts)} ${new Date(start).toISOString()}`).toEqual(
              [],
            );
          }
        }
      }
    });

    test("a normal day told one value at a time raises nothing either", () => {
      for (const start of days) {
        const judge = createKindJudge({ kind, facts: {}, start });
        for (const { stream, payload } of simulate(5, {}, start).step(start + day)) {
          const { ts, event, ...fields } = payload;
          if (stream === "event") judge.feed({ stream, payload }, Number(ts));
          else
            for (const field of Object.entries(fields)) {
              judge.feed({ stream, payload: { ts, ...Object.fromEntries([field]) } }, Number(ts));
            }
        }
        expect(serious(judge.steps), new Date(start).toISOString()).toEqual([]);
      }
    });

    test.each(kind.rules.map((rule) => ({ rule, id: rule.id })))(
      "the simulator can provoke $id and recover",
      ({ rule }) => {
        const facts = rule.example.facts ?? {};
        const start = days[2]! + 15 * hour;
        const judge = createKindJudge({ kind, facts, start });
        const simulator = simulate(11, facts, start);
        const feed = (messages: SimulatedMessage[]) => {
          for (const message of messages) {
            expectCanonical(message);
            judge.feed(message, Number(message.payload.ts));
          }
        };
        feed(simulator.step(start + 2 * kind.intervalMs));
        expect(judge.raised()).not.toContain(rule.id);
        let now = start + 2 * kind.intervalMs;
        feed(simulator.provoke(rule.id, now));
        const patience = 25 * hour + kind.quietAfterMs;
        for (const begin = now; now < begin + patience && !judge.raised().includes(rule.id); now += 60_000) {
          feed(simulator.step(now));
          judge.advance(now);
        }
        expect(judge.raised()).toContain(rule.id);
        feed(simulator.provoke("normal", now));
        now += (rule.clearAfterMs ?? 0) + 2 * kind.intervalMs;
        feed(simulator.step(now));
        judge.advance(now);
        if (rule.latched) expect(judge.raised()).toContain(rule.id);
        else expect(judge.raised()).not.toContain(rule.id);
      },
    );

    test("the simulator refuses commands that are unknown, ill-formed or do not reach it", () => {
      const simulator = simulate(1, {}, days[2]!);
      const now = days[2]! + kind.intervalMs;
      simulator.step(now);
      expect(simulator.command("fly", {}, now).ok).toBe(false);
      for (const name of Object.keys(kind.commands)) {
        expect(simulator.command(name, { nonsense: 1 }, now).ok, name).toBe(false);
      }
      simulator.provoke("offline", now);
      for (const name of Object.keys(kind.commands)) {
        expect(simulator.command(name, {}, now), name).toEqual({ ok: false, error: "offline" });
      }
      expect(simulator.step(now + 3 * kind.intervalMs)).toEqual([]);
      expect(() => simulator.provoke("no-such-thing", now)).toThrow(/known are normal, offline/);
    });
  });

  function expectCanonical({ stream, payload }: SimulatedMessage): void {
    const { ts: _ts, event, ...fields } = payload;
    const parsed = schema.safeParse(fields);
    expect(parsed.error?.issues ?? []).toEqual([]);
    expect(parsed.data).toEqual(fields);
    if (stream === "telemetry") return;
    expectImplied(fields, payload);
    const known = kind.events[String(event)];
    expect(known, String(event)).toBeDefined();
    for (const name of Object.keys(fields)) expect(known!.fields, String(event)).toContain(name);
  }

  function expectImplied(values: Readonly<Record<string, unknown>>, { event }: Sample["payload"]): void {
    for (const [name, value] of Object.entries(kind.events[String(event)]?.implies ?? {})) {
      if (name in values) expect(values[name], `${event}.${name}`).toBe(value);
    }
  }

  function serious(steps: readonly { rule: string; step: string }[]): unknown[] {
    const severity = new Map(kind.rules.map((rule) => [rule.id, rule.severity]));
    return steps.filter(({ rule, step }) => step === "raised" && severity.get(rule) !== "info");
  }
}

function play(judge: ReturnType<typeof createKindJudge>, samples: readonly Sample[], from: number): number {
  let at = from;
  for (const sample of samples) {
    at += (sample.afterS ?? 1) * 1000;
    judge.feed(sample, at);
  }
  return at;
}

function textsOf(kind: Kind): { path: string; text: Text }[] {
  const titled = (path: string, things: Readonly<Record<string, { title: Text }>>) =>
    Object.entries(things).map(([name, { title }]) => ({ path: `${path}.${name}`, text: title }));
  const ofRule = (rule: Rule) => [
    { path: `rules.${rule.id}`, text: rule.title },
    { path: `rules.${rule.id}.advice`, text: rule.advice! },
    ...titled(`rules.${rule.id}.limits`, rule.limits),
  ];
  return [
    { path: "title", text: kind.title },
    ...titled("fields", kind.fields),
    ...Object.entries(kind.fields).flatMap(([name, { states = {} }]) =>
      Object.entries(states).map(([state, text]) => ({ path: `fields.${name}.${state}`, text })),
    ),
    ...titled("facts", kind.facts),
    ...titled("events", kind.events),
    ...titled("commands", kind.commands),
    ...Object.entries(kind.commands).flatMap(([command, { args }]) =>
      Object.entries(args.shape).map(([name, schema]) => ({
        path: `commands.${command}.${name}`,
        text: (schema as z.ZodType).meta()?.label as Text,
      })),
    ),
    ...kind.rules.flatMap(ofRule),
  ];
}
