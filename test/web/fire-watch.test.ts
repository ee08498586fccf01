import { describe, expect, test } from "vitest";
import { byNeed } from "../../dashboards/web/fire/urgency.ts";
import { type Calls, hushMs, lostAfterMs, whatSounds } from "../../dashboards/web/fire/what-sounds.ts";
import { at } from "./live-support.ts";

const now = 1_000_000;
const calls = (more: Partial<Calls> = {}): Calls => ({
  ...{ unanswered: [], dutyChecks: 0, lostAt: undefined, hush: undefined },
  ...more,
});

describe("what a screen on duty sounds", () => {
  test("is nothing while nothing waits for an answer", () => {
    expect(whatSounds(calls(), now)).toBeUndefined();
  });

  test("is the fire before a duty check, and the check before the connection", () => {
    const lostAt = now - lostAfterMs;
    expect(whatSounds(calls({ unanswered: ["i1"], dutyChecks: 1, lostAt }), now)).toBe("alarm");
    expect(whatSounds(calls({ dutyChecks: 1, lostAt }), now)).toBe("check");
    expect(whatSounds(calls({ lostAt }), now)).toBe("lost");
  });

  test("is the lost connection only after it had time to heal", () => {
    expect(whatSounds(calls({ lostAt: now - lostAfterMs + 1 }), now)).toBeUndefined();
  });

  test("is nothing during quiet by hand, but a fire that came since is heard, and quiet ends by itself", () => {
    const hush = { until: now + hushMs, incidents: ["i1"] };
    const lostAt = now - lostAfterMs;
    expect(whatSounds(calls({ unanswered: ["i1"], dutyChecks: 1, lostAt, hush }), now)).toBeUndefined();
    expect(whatSounds(calls({ unanswered: ["i1", "i2"], hush }), now)).toBe("alarm");
    expect(whatSounds(calls({ unanswered: ["i1"], hush }), now + hushMs)).toBe("alarm");
  });
});

describe("the order of incidents", () => {
  test("is fires before drills, unanswered before answered, the longest waiting first", () => {
    const one = (
      id: string,
      seconds: number,
      state: "detected" | "acknowledged",
      drill: string | null = null,
    ) => ({
      ...{ id, state, drill, detectedAt: at(seconds) },
    });
    const order = byNeed([
      one("drill", 0, "detected", "d1"),
      one("in hand", 1, "acknowledged"),
      one("later", 3, "detected"),
      one("first", 2, "detected"),
    ]);
    expect(order.map(({ id }) => id)).toEqual(["first", "later", "in hand", "drill"]);
  });
});
