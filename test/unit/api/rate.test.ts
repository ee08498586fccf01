import { expect, test } from "vitest";
import { createRateLimit } from "../../../gateway/api/rate.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const limits =
  (burst: number, perSecond = 1) =>
  () => ({ perSecond, burst, keys: 2 });

test("each address has its own rate, and the one seen longest ago is forgotten first", () => {
  const refused = createMetrics().count("refused", "for the test");
  const rate = createRateLimit({ limits: limits(1), clock: createFakeClock(), refused });
  expect([rate.take("a"), rate.take("b"), rate.take("a")]).toEqual([true, true, false]);
  // `a` was seen last, so `c` pushes `b` out, which then begins anew.
  expect([rate.take("c"), rate.take("a"), rate.take("b")]).toEqual([true, false, true]);
  expect(refused.value()).toBe(2);
});

test("what is given back can be taken again, and never more than there was", () => {
  const refused = createMetrics().count("refused", "for the test");
  const rate = createRateLimit({ limits: limits(1, 0.001), clock: createFakeClock(), refused });
  rate.giveBack("a");
  expect([rate.take("a"), rate.take("a")]).toEqual([true, false]);
  rate.giveBack("a");
  rate.giveBack("a");
  expect([rate.take("a"), rate.take("a")]).toEqual([true, false]);
});

test("a clock that steps back keeps nobody out", () => {
  const clock = createFakeClock();
  const refused = createMetrics().count("refused", "for the test");
  const rate = createRateLimit({ limits: limits(2), clock, refused });
  rate.take("a");
  clock.advance(-3_600_000);
  expect(rate.take("a")).toBe(true);
  expect(rate.take("a")).toBe(false);
  clock.advance(1000);
  expect(rate.take("a")).toBe(true);
});
