import { describe, expect, test } from "vitest";
import { formatAge } from "../../dashboards/web/format/time.ts";
import { partOf, valueText } from "../../dashboards/web/format/value.ts";
import { setLanguage } from "../../dashboards/web/i18n/language.ts";
import { keyFigureOf } from "../../dashboards/web/live/key-figure.ts";
import { qualityAt } from "../../dashboards/web/live/quality.ts";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import { describeKind } from "../../devices/kit/describe.ts";
import type { KindDetail } from "../../gateway/api/contract.ts";
import {
  aDevice,
  anAlert,
  anAlertStep,
  aPresence,
  aReading,
  aSnapshot,
  aStore,
  at,
  start,
} from "./live-support.ts";

describe("a value", () => {
  test("is said as its field's widget wants it, in the language of the screen", () => {
    setLanguage("zh");
    expect(valueText({ widget: "percent", unit: "ratio" }, 0.634)).toBe("63%");
    expect(valueText({ widget: "temperature", unit: "°C" }, 21.55)).toBe("21.6°C");
    expect(valueText({ widget: "gauge", unit: "kPa" }, 1234.5)).toBe("1,235 kPa");
    expect(valueText({ widget: "number", unit: "count" }, 7)).toBe("7");
    expect(valueText({ widget: "flag" }, true)).toBe("是");
    const states = { open: { zh: "已开", en: "Open" } };
    expect(valueText({ widget: "state", states }, "open")).toBe("已开");
    setLanguage("en");
    expect(valueText({ widget: "flag" }, false)).toBe("No");
    expect(valueText({ widget: "state", states }, "open")).toBe("Open");
    expect(valueText({ widget: "state", states }, "new-state")).toBe("new-state");
  });

  test("of every field of every kind that there is can be said", async () => {
    for (const kind of (await loadCatalogue()).values()) {
      for (const { stream, payload } of kind.examples) {
        for (const [name, value] of Object.entries(payload)) {
          const field = kind.fields[name];
          if (field === undefined || stream !== "telemetry") continue;
          const read = field.schema.safeParse(value);
          if (read.success) expect(valueText(field as never, read.data)).not.toMatch(/NaN|undefined|^$/);
        }
      }
    }
  });

  test("fills a bar within its bounds only", () => {
    expect(partOf({ range: [0, 200] }, 50)).toBe(0.25);
    expect(partOf({ range: [0, 200] }, 500)).toBe(1);
    expect(partOf({}, 50)).toBeUndefined();
  });

  test("grows old on the screen by itself, and is as fresh as its device", () => {
    const value = { value: 1, unit: null, ts: start, at: start, quality: "good" as const };
    const quality = (seconds: number, lastAt = start, presence: "online" | "offline" = "online") =>
      qualityAt({ presence, lastAt }, value, { intervalMs: 60_000, now: start + seconds * 1000 });
    expect(quality(80)).toBe("good");
    expect(quality(100)).toBe("stale");
    expect(quality(100, start + 50_000)).toBe("good");
    expect(quality(1, start, "offline")).toBe("offline");
  });

  test("has an age in words", () => {
    setLanguage("en");
    expect(formatAge(start, start + 1000)).toBe("just now");
    expect(formatAge(start, start - 5000)).toBe("just now");
    expect(formatAge(start, start + 185_000)).toMatch(/^3 min/);
    expect(formatAge(at(0), start + 50 * 3_600_000)).toMatch(/^2 days/);
  });
});

describe("the key figure of a kind", () => {
  test("is what the kind names or how many are in order, for every kind that there is", async () => {
    for (const kind of (await loadCatalogue()).values()) {
      const detail = describeKind(kind) as unknown as KindDetail;
      const { store } = aStore();
      const values = Object.fromEntries(
        kind.summary.map((name) => {
          const { type, unit = null } = kind.fields[name]!;
          const value = type === "number" ? 0.5 : type === "boolean" ? true : "x";
          return [name, { value, unit, ts: at(0), at: at(0), quality: "good" as const }];
        }),
      );
      store.apply([aSnapshot([aDevice("1", { values })])]);
      const tallies = store.tallies.all.value.map(({ value }) => value);
      const { way, value } = keyFigureOf(detail, tallies);
      expect(way === "in-order", kind.name).toBe(kind.figure === undefined);
      expect(value, kind.name).toBeGreaterThan(0);
    }
  });

  test("averages measures, counts what says yes and adds what is counted", () => {
    const { store } = aStore();
    store.apply([
      aSnapshot([aDevice("1"), aDevice("2")]),
      aReading("2", 1, { fill: 0.7, on: true, cars: 3 }),
    ]);
    const tallies = store.tallies.all.value.map(({ value }) => value);
    const figure = (name: string, type: string, unit?: string) =>
      keyFigureOf({ figure: name, fields: { [name]: { type, unit } } } as unknown as KindDetail, tallies);
    expect(figure("fill", "number", "ratio")).toMatchObject({ way: "average", value: expect.closeTo(0.6) });
    expect(figure("on", "boolean")).toMatchObject({ way: "share", value: 1 });
    expect(figure("cars", "number", "count")).toMatchObject({ way: "sum", value: 3 });
    expect(figure("nobody-said", "boolean")).toEqual({ way: "in-order", value: 2 });
  });

  test("counts a device in order while it talks and has no open alert", () => {
    const { store } = aStore();
    const inOrder = () => store.tallies.all.value[0]!.value.inOrder;
    store.apply([aSnapshot([aDevice("1"), aDevice("2", { presence: "unknown" })])]);
    expect(inOrder()).toBe(1);
    store.apply([aReading("2", 1, { fill: 0.3 }), aPresence("2", true)]);
    expect(inOrder()).toBe(2);
    store.apply([anAlertStep({ change: "c1", alert: "a1" }), anAlertStep({ change: "c2", alert: "a2" })]);
    expect(inOrder()).toBe(1);
    store.apply([anAlertStep({ change: "c3", alert: "a1", step: "cleared" }), aPresence("1", false)]);
    expect(inOrder()).toBe(1);
    store.apply([anAlertStep({ change: "c4", alert: "a2", step: "resolved" })]);
    expect(inOrder()).toBe(1);
    store.apply([aPresence("1", true)]);
    expect(inOrder()).toBe(2);
    store.apply([aSnapshot([aDevice("1")], { alerts: { items: [anAlert()], complete: true } })]);
    expect(inOrder()).toBe(0);
  });
});
