import { describe, expect, test } from "vitest";
import { setLanguage } from "../../dashboards/web/i18n/language.ts";
import { bandsOf } from "../../dashboards/web/property/history/bands.ts";
import { drawableFields, usualFields } from "../../dashboards/web/property/history/drawable.ts";
import { sayDuration } from "../../dashboards/web/property/history/duration.ts";
import { panelsOf } from "../../dashboards/web/property/history/panels.ts";
import { boundsOf, ownRange, readRange, writeRange } from "../../dashboards/web/property/history/range.ts";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import { describeKind } from "../../devices/kit/describe.ts";
import type { DeviceSeriesAnswer, KindDetail } from "../../gateway/api/contract.ts";
import { at, start } from "./live-support.ts";

type Series = DeviceSeriesAnswer["series"][number];
const minute = 60_000;
const title = { zh: "温度", en: "Temperature" };
const head = { device: "xinfa/bin/1", title, unit: "°C", intervalMs: 10_000, before: null };
const moments = (...seconds: number[]) => seconds.map((one) => start + one * 1000);

/** Values as they came. */
function raw(
  field: string,
  told: readonly (readonly [number, Series["values"] extends (infer V)[] | undefined ? V : never])[],
  more: Partial<Series> = {},
): Series {
  return {
    ...{ ...head, field, type: "number", quality: told.map(() => "good" as const) },
    ...{ times: told.map(([seconds]) => at(seconds)), values: told.map(([, value]) => value) },
    ...more,
  };
}

describe("a chart of numbers", () => {
  test("has one panel for each unit, and values of all its lines on one axis", () => {
    const panels = panelsOf({
      ...{ stepMs: null, times: null },
      series: [
        raw("t", [
          [0, 20],
          [10, 21],
        ]),
        raw("u", [[5, 30]]),
        raw("p", [[0, 300]], { unit: "kPa" }),
        raw("s", [[0, "open"]], { type: "state", unit: null }),
      ],
    });
    expect(panels.map(({ unit }) => unit)).toEqual(["°C", "kPa"]);
    expect(panels[0]?.times).toEqual(moments(0, 5, 10));
    expect(panels[0]?.lines.map(({ values }) => values)).toEqual([
      [20, undefined, 21],
      [undefined, 30, undefined],
    ]);
  });

  test("is broken where the device was silent for longer than it may be, and nowhere else", () => {
    const [panel] = panelsOf({
      stepMs: null,
      times: null,
      series: [
        raw("t", [
          [0, 1],
          [20, 2],
          [60, 3],
        ]),
      ],
    });
    expect(panel?.times).toEqual(moments(0, 20, 42, 60));
    expect(panel?.lines[0]?.values).toEqual([1, 2, null, 3]);
  });

  test("of folded steps has a band from least to greatest, and steps shorter than the interval are no gap", () => {
    const folded: Series = {
      ...{ ...head, field: "t", type: "number", quality: [], intervalMs: 10 * minute },
      ...{ mean: [1, null, 2, null, null, null, 3], min: [0, null, 1, null, null, null, 2] },
      max: [5, null, 6, null, null, null, 7],
    };
    const times = [0, 5, 10, 15, 20, 25, 40].map((minutes) => at(minutes * 60));
    const [panel] = panelsOf({ stepMs: 5 * minute, times, series: [folded] });
    expect(panel?.lines[0]).toMatchObject({
      values: [1, 2, null, 3],
      low: [0, 1, null, 2],
      high: [5, 6, null, 7],
    });
  });
});

describe("a band of states", () => {
  const range = { from: at(0), to: at(100), times: null };
  const now = start + 80_000;
  const state = { type: "state" as const, unit: null };

  test("begins with what held before, joins what stays the same, and ends now", () => {
    const before = { value: "closed", time: at(-50), quality: "good" as const };
    const series = [
      raw(
        "door",
        [
          [20, "closed"],
          [40, "open"],
        ],
        { ...state, before },
      ),
    ];
    expect(bandsOf({ ...range, series }, now)[0]?.spans).toEqual([
      { from: start, to: start + 40_000, value: "closed" },
      { from: start + 40_000, to: start + 80_000, value: "open" },
    ]);
  });

  test("ends when the device was silent for too long", () => {
    const days = { from: at(0), to: at(5 * 86_400), times: null };
    const series = [raw("lid", [[0, true]], { type: "boolean", unit: null })];
    const [band] = bandsOf({ ...days, series }, start + 5 * 86_400_000);
    expect(band?.spans).toEqual([{ from: start, to: start + 86_400_000, value: true }]);
  });

  test("is left out when nothing is known", () => {
    expect(bandsOf({ ...range, series: [raw("door", [], state)] }, now)).toEqual([]);
  });
});

describe("the range of a chart", () => {
  test("stands in the address; nonsense there is the last day", () => {
    expect(readRange({})).toEqual({ name: "24h", from: "", to: "" });
    expect(readRange({ range: "century", from: "soon" })).toEqual({ name: "24h", from: "", to: "" });
    const own = { name: "own", from: "2026-01-02T08:00", to: "2026-01-03T09:30" } as const;
    expect(readRange({ range: "own", from: own.from, to: own.to })).toEqual(own);
    expect(writeRange(own)).toEqual({ range: "own", from: own.from, to: own.to });
    expect(writeRange({ name: "24h", from: "", to: "" })).toEqual({});
  });

  test("of one's own ends now at the latest, and is none without a beginning or backwards", () => {
    const now = Date.parse("2026-01-03T12:00");
    const own = (from: string, to: string) => boundsOf({ name: "own", from, to }, now);
    const begin = Date.parse("2026-01-01T08:00");
    expect(own("2026-01-01T08:00", "2026-01-01T09:00")).toEqual({ from: begin, to: begin + 3_600_000 });
    expect(own("2026-01-01T08:00", "2026-01-09T00:00")).toEqual({ from: begin, to: now });
    expect(own("2026-01-01T08:00", "")).toEqual({ from: begin, to: now });
    expect(own("", "2026-01-03T00:00")).toBeUndefined();
    expect(own("2026-01-02T00:00", "2026-01-01T00:00")).toBeUndefined();
    expect(boundsOf({ name: "1h", from: "", to: "" }, now)).toEqual({ from: now - 3_600_000, to: now });
    const dragged = ownRange({ from: begin + 10_000, to: begin + 70_000 });
    expect(dragged).toEqual({ name: "own", from: "2026-01-01T08:00", to: "2026-01-01T08:02" });
  });
});

test("what can be drawn leaves out moments and free words, and begins with what tells most", async () => {
  for (const kind of (await loadCatalogue()).values()) {
    const shown = describeKind(kind) as unknown as KindDetail;
    const usual = usualFields(shown);
    expect(usual.length, kind.name).toBeGreaterThan(0);
    for (const name of usual) expect(drawableFields(shown)).toContain(name);
    for (const name of drawableFields(shown))
      expect(["time", "text"]).not.toContain(shown.fields[name]?.widget);
  }
});

test("a duration is said by its two largest units", () => {
  setLanguage("zh");
  expect(sayDuration(600_000)).toBe("10分钟");
  expect(sayDuration(90_000)).toBe("1分钟30秒");
  setLanguage("en");
  expect(sayDuration(86_400_000 + 3_600_000 + 5)).toBe("1 day 1 hr");
  expect(sayDuration(0)).toBe("0 secs");
});
