import { describe, expect, test } from "vitest";
import { setLanguage } from "../../dashboards/web/i18n/language.ts";
import { withStep } from "../../dashboards/web/property/device/command-list.ts";
import { limitsOfField } from "../../dashboards/web/property/device/field-limits.ts";
import { messagesOf } from "../../dashboards/web/property/device/messages.ts";
import { urgencyOf } from "../../dashboards/web/property/devices/alert-index.ts";
import { csvOf } from "../../dashboards/web/property/devices/csv.ts";
import {
  type Filtered,
  matcherOf,
  noFilter,
  readFilter,
  writeFilter,
} from "../../dashboards/web/property/devices/filter.ts";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import { describeKind } from "../../devices/kit/describe.ts";
import type { Command, CommandEvent, DeviceSeriesAnswer, KindDetail } from "../../gateway/api/contract.ts";
import { at } from "./live-support.ts";

const bin: Filtered = {
  ...{ id: "bin-0012", name: "3号楼厨余桶", kind: "bin", site: "xinfa", building: "3号楼", floor: "B1" },
  presence: "online",
};

describe("the filter of devices", () => {
  const fits = (filter: Partial<typeof noFilter>, worst?: "minor") =>
    matcherOf<Filtered>({ ...noFilter, ...filter }, { site: undefined, worstOf: () => worst })(bin);

  test("finds every word in name, id, building and floor, whatever its width and case", () => {
    expect(fits({ text: "厨余 b1" })).toBe(true);
    expect(fits({ text: "ＢＩＮ-００１２" })).toBe(true);
    expect(fits({ text: "厨余 4号楼" })).toBe(false);
    expect(fits({})).toBe(true);
  });

  test("takes all conditions together", () => {
    expect(fits({ kind: "bin", building: "3号楼", presence: "online" })).toBe(true);
    expect(fits({ kind: "gate" })).toBe(false);
    expect(fits({ presence: "offline" })).toBe(false);
    expect(fits({ alert: "open" })).toBe(false);
    expect(fits({ alert: "open" }, "minor")).toBe(true);
    expect(fits({ alert: "critical" }, "minor")).toBe(false);
    const elsewhere = matcherOf<Filtered>(noFilter, { site: "yida", worstOf: () => undefined });
    expect(elsewhere(bin)).toBe(false);
  });

  test("stands in the address and comes back from it; what is not known there is no condition", () => {
    const filter = { ...noFilter, text: "门 1", kind: "gate", alert: "open" as const };
    expect(writeFilter(filter)).toEqual({ text: "门 1", kind: "gate", alert: "open" });
    expect(readFilter({ text: "门 1", kind: "gate", alert: "open" })).toEqual(filter);
    expect(readFilter({ presence: "asleep", alert: "terrible", text: ["a", "b"] })).toEqual(noFilter);
  });
});

test("who needs somebody comes first: the worst alert, then who is gone, then the rest", () => {
  const order = [
    urgencyOf("critical", "online"),
    urgencyOf("info", "offline"),
    urgencyOf(undefined, "offline"),
    urgencyOf(undefined, "unknown"),
    urgencyOf(undefined, "online"),
  ];
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(new Set(order).size).toBe(order.length);
});

test("a file for spreadsheets keeps commas, quotes and lines apart, and runs no formula", () => {
  expect(csvOf([["a,b", 'say "hi"', "two\nlines", "-5", "=1+1", "@sum", ""]])).toBe(
    '\uFEFF"a,b","say ""hi""","two\nlines",-5,\'=1+1,\'@sum,\r\n',
  );
});

describe("the commands of a device", () => {
  const command: Command = {
    ...{ id: "c1", device: "xinfa/gate/1", name: "open", args: {}, state: "queued", by: "王" },
    ...{ queuedAt: at(0), expiresAt: at(60), sentAt: null, endedAt: null, error: null },
  };
  const step = (more: Partial<CommandEvent>): CommandEvent => ({
    ...{ id: "c1", device: "xinfa/gate/1", site: "xinfa", kind: "gate", step: "sent", at: at(1) },
    ...more,
  });

  test("move with each step and never back", () => {
    const sent = withStep([command], step({}));
    expect(sent[0]).toMatchObject({ state: "sent", sentAt: at(1) });
    const failed = withStep(sent, step({ step: "failed", at: at(2), error: "jammed" }));
    expect(failed[0]).toMatchObject({ state: "failed", endedAt: at(2), error: "jammed", sentAt: at(1) });
    expect(withStep(failed, step({ step: "acknowledged", at: at(3) }))).toBe(failed);
    expect(withStep(sent, step({ step: "queued" }))).toBe(sent);
  });

  test("take in one that somebody else sent, and leave out steps of what is not known", () => {
    const queued = step({ step: "queued", id: "c2", name: "close", by: "李", expiresAt: at(30) });
    expect(withStep([command], queued).map(({ id, by }) => [id, by])).toEqual([
      ["c2", "李"],
      ["c1", "王"],
    ]);
    const list = [command];
    expect(withStep(list, step({ id: "c9" }))).toBe(list);
  });
});

test("values with the same time are one message, with its event, newest first", () => {
  const one = { device: "d", title: { zh: "", en: "" }, unit: null, intervalMs: 1000, before: null };
  const answer: Pick<DeviceSeriesAnswer, "series" | "events"> = {
    series: [
      {
        ...one,
        field: "fill",
        type: "number",
        times: [at(0), at(9)],
        values: [0.1, 0.2],
        quality: ["good", "good"],
      },
      { ...one, field: "lid", type: "boolean", times: [at(9)], values: [true], quality: ["suspect"] },
    ],
    events: {
      items: [{ time: at(9), event: "opened", title: { zh: "打开", en: "Opened" }, count: 1 }],
      complete: true,
    },
  };
  expect(messagesOf(answer)).toEqual([
    {
      at: Date.parse(at(9)),
      event: { zh: "打开", en: "Opened" },
      values: { fill: 0.2, lid: true },
      isSuspect: true,
    },
    { at: Date.parse(at(0)), event: undefined, values: { fill: 0.1 }, isSuspect: false },
  ]);
});

test("a field says at which values its rules raise, with the numbers of this device", async () => {
  setLanguage("zh");
  const kind = describeKind((await loadCatalogue()).get("waste-bin")!) as unknown as KindDetail;
  const title = { zh: "", en: "" };
  const limits = kind.rules.flatMap(({ id, limits: own }) =>
    Object.entries(own).map(([limit, { value, unit }]) => ({
      ...{ rule: id, ruleTitle: title, limit, title, unit, kindValue: value },
      ...{ value: id === "overfull" && limit === "atLeast" ? 0.9 : value, source: "device" as const },
    })),
  );
  const texts = limitsOfField(kind, "fill", limits).map(({ rule, text }) => `${rule} ${text}`);
  expect(texts).toContain("overfull ≥ 90%");
  expect(texts).toContain("nearly-full ≥ 80%");
  expect(limitsOfField(kind, "temperature", limits).map(({ text }) => text)).toContain("> 70°C");
  expect(limitsOfField(kind, "locked", limits)).toEqual([]);
});
