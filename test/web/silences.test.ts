import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { endAfter, stateAt } from "../../dashboards/web/property/silences/window.ts";
import type { Mute } from "../../gateway/api/contract.ts";

const hour = 3_600_000;

function aMute(more: Partial<Mute> = {}): Mute {
  return {
    ...{ id: "m1", site: "xinfa", state: "planned", type: "silence", by: "王芳", reason: "换灯" },
    ...{ building: null, kind: null, device: null, deviceName: null, rule: null },
    ...{ from: "2026-01-15T08:00:00.000Z", to: "2026-01-15T09:00:00.000Z", endedAt: null, endedBy: null },
    ...more,
  };
}

describe("a window", () => {
  test("begins and ends by its times, whatever the list said when it was read", () => {
    const at = Date.parse("2026-01-15T08:00:00.000Z");
    expect(stateAt(aMute(), at - 1)).toBe("planned");
    expect(stateAt(aMute(), at)).toBe("active");
    expect(stateAt(aMute({ state: "active" }), at + hour)).toBe("ended");
    expect(stateAt(aMute({ state: "ended", endedAt: "2026-01-15T08:10:00.000Z" }), at)).toBe("ended");
  });
});

describe("the end of a window", () => {
  let zone: string | undefined;
  beforeEach(() => {
    zone = process.env.TZ;
    process.env.TZ = "Asia/Shanghai";
  });
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  test("is counted from its beginning, and the morning is the next one", () => {
    const night = Date.parse("2026-01-15T02:00:00+08:00");
    const day = Date.parse("2026-01-15T08:00:00+08:00");
    expect(endAfter("hour", "", night)).toBe(night + hour);
    expect(endAfter("hours", "", night)).toBe(night + 4 * hour);
    expect(endAfter("morning", "", night)).toBe(day);
    expect(endAfter("morning", "", day)).toBe(day + 24 * hour);
  });

  test("of one's own is missing until it is chosen", () => {
    expect(endAfter("own", "", 0)).toBeUndefined();
    expect(endAfter("own", "2026-01-15T09:30", 0)).toBe(Date.parse("2026-01-15T09:30:00+08:00"));
  });
});
