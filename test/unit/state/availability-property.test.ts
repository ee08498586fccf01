import fc from "fast-check";
import { expect, test } from "vitest";
import { addDays, dateOf, momentOf } from "../../../gateway/zone.ts";
import { countMinutes } from "./availability-model.ts";
import { aGateway, minute } from "./availability-support.ts";

/** Long enough for nights, short enough for several in a day. */
const minutes = fc.oneof(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 2_000 }));
const device = fc.constantFrom("a", "b");
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("pass" as const), minutes }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("come" as const), device }) },
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ do: fc.constant("go" as const), device },
      reason: fc.constantFrom("will", "closed", "silent", "status"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("flush" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ do: fc.constant("restart" as const), minutes },
      how: fc.constantFrom("stop", "kill"),
    }),
  },
);
const zones = fc.constantFrom("+00:00", "+08:00", "-03:30", "+05:45");

test("whatever devices and the gateway do, the figures are what counting minute by minute gives", () => {
  fc.assert(
    fc.property(zones, fc.array(step, { maxLength: 40 }), (zone, steps) => {
      const sleepMs = { b: 120 * minute };
      const gateway = aGateway({ zone, sleepMs });
      const { clock } = gateway;
      const began = clock.now();
      for (const one of steps) {
        if (one.do === "pass") gateway.pass(one.minutes * minute);
        else if (one.do === "come") gateway.turn(one.device, true);
        else if (one.do === "go") gateway.turn(one.device, false, one.reason);
        else if (one.do === "flush") gateway.flush();
        else {
          const before = clock.now();
          gateway.restart(one.how, one.minutes * minute);
          const gap = gateway.journal.at(-1);
          // All of the time in which it did not run is in the gap, and nothing that was recorded.
          if (one.minutes > 0) expect(gap).toMatchObject({ at: clock.now() });
          if (one.minutes > 0 && gap !== undefined && "from" in gap)
            expect(gap.from).toBeLessThanOrEqual(before);
        }
      }
      const first = dateOf(began, zone);
      const last = addDays(dateOf(clock.now(), zone), 1);
      const middle = addDays(first, Math.floor((Date.parse(last) - Date.parse(first)) / 86_400_000 / 2));
      for (const [from, to] of [
        [first, last],
        [first, middle],
        [middle, last],
        [middle, addDays(middle, 1)],
      ] as const) {
        for (const id of ["a", "b"] as const) {
          const start = momentOf(from, "00:00", zone);
          const expected = countMinutes({
            ...{ records: gateway.journal, device: `elm/bin/${id}`, createdAt: began, now: clock.now() },
            sleepMs: id === "b" ? sleepMs.b : 0,
            from: start,
            until: Math.max(start, Math.min(momentOf(to, "00:00", zone), clock.now())),
          });
          expect(gateway.figures(id, from, to)).toEqual(expected);
        }
      }
    }),
    { numRuns: 80 },
  );
});
