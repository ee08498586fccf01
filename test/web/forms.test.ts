import { describe, expect, test } from "vitest";
import { ApiError } from "../../dashboards/web/api/api-error.ts";
import { setLanguage } from "../../dashboards/web/i18n/language.ts";
import { faultsByField } from "../../dashboards/web/property/form/faults.ts";
import { entriesOf, entryOf, readEntries } from "../../dashboards/web/property/form/schema.ts";
import { settersOf } from "../../dashboards/web/property/thresholds/history.ts";
import { readLimit, sayLimit, writeLimit } from "../../dashboards/web/property/thresholds/numbers.ts";
import { type LimitChange, saveLimits } from "../../dashboards/web/property/thresholds/save.ts";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import { describeKind } from "../../devices/kit/describe.ts";

describe("a form of a schema", () => {
  const entries = entriesOf({
    properties: {
      minutes: { type: "integer", minimum: 1, maximum: 60, default: 5, label: { zh: "分钟", en: "Minutes" } },
      level: { type: "number" },
      mode: { type: "string", enum: ["slow", "fast"] },
      isLoud: { type: "boolean" },
      text: { type: "string", maxLength: 3 },
    },
    required: ["level"],
  });
  const faultOf = (filled: Record<string, string>) => readEntries(entries, filled).faults;

  test("knows what each entry takes, and what holds when nothing is typed", () => {
    expect(entries.map(({ type }) => type)).toEqual(["whole", "number", "choice", "flag", "text"]);
    expect(entries[0]).toMatchObject({
      label: { zh: "分钟" },
      least: 1,
      most: 60,
      preset: "5",
      isRequired: false,
    });
    expect(entryOf("n", { type: "integer", maximum: Number.MAX_SAFE_INTEGER }, false).most).toBeUndefined();
  });

  test("gives the values as the API takes them, without what was left empty", () => {
    const filled = { minutes: " 10 ", level: "1.5", mode: "fast", isLoud: "false", text: "" };
    expect(readEntries(entries, filled)).toEqual({
      values: { minutes: 10, level: 1.5, mode: "fast", isLoud: false },
      faults: {},
    });
  });

  test("says what is wrong with each entry", () => {
    expect(faultOf({})).toEqual({ level: { key: "isMissing" } });
    expect(faultOf({ level: "much", minutes: "0.5", text: "long" })).toEqual({
      ...{ level: { key: "notNumber" }, minutes: { key: "notWhole" }, text: { key: "tooLong", most: 3 } },
    });
    expect(faultOf({ level: "1", minutes: "61" })).toEqual({ minutes: { key: "tooLarge", most: 60 } });
    expect(faultOf({ level: "1", minutes: "0" })).toEqual({ minutes: { key: "tooSmall", least: 1 } });
  });

  test("fits every command that there is: each argument has a name in both languages", async () => {
    for (const kind of (await loadCatalogue()).values()) {
      for (const { args } of Object.values(describeKind(kind).commands)) {
        for (const { label } of entriesOf(args)) expect(label?.zh).toBeTruthy();
      }
    }
  });

  test("shows the API's faults beside the field that they concern", () => {
    const faults = [{ path: "body.args.minutes", message: "too many" }];
    const error = new ApiError({ status: 400, code: "invalid-request", detail: "", faults });
    expect(faultsByField(error)).toEqual({ minutes: "too many" });
    expect(faultsByField(new TypeError("x"))).toEqual({});
  });
});

describe("numbers of rules", () => {
  test("are written as people read them and read back without a rounding error", () => {
    setLanguage("en");
    expect(sayLimit(0.95, "ratio")).toBe("95%");
    expect(sayLimit(70, "°C")).toBe("70°C");
    expect(sayLimit(5000, "ppm")).toBe("5,000 ppm");
    expect(sayLimit(120, "s")).toBe("2 mins");
    for (const value of [0.07, 0.29, 0.57, 0.555]) {
      expect(readLimit(writeLimit(value, "ratio"), "ratio")).toBe(value);
    }
    expect(readLimit("８０", "ratio")).toBe(0.8);
    expect(readLimit(" ", "s")).toBeUndefined();
    expect(readLimit("a lot", "s")).toBeUndefined();
  });

  test("are set together although each step is checked: what is refused is tried again after the others", async () => {
    const now: Record<string, number> = { above: 50, clear: 45 };
    const set = ({ limit, value }: LimitChange) => {
      const next = { ...now, [limit]: value as number };
      if ((next.above as number) <= (next.clear as number)) return Promise.reject(refusal(400));
      Object.assign(now, next);
      return Promise.resolve();
    };
    await saveLimits(
      [
        { limit: "clear", value: 60 },
        { limit: "above", value: 70 },
      ],
      set,
    );
    expect(now).toEqual({ above: 70, clear: 60 });
    await expect(saveLimits([{ limit: "clear", value: 80 }], set)).rejects.toMatchObject({ status: 400 });
    const away = () => Promise.reject(refusal(503));
    await expect(saveLimits([{ limit: "clear", value: 1 }], away)).rejects.toMatchObject({ status: 503 });
  });

  test("tell who set them last, as the trail has it", () => {
    const row = (at: string, name: string | null, detail: object, outcome = "done") => ({
      ...{ at, by: "person:1", name, outcome, detail: { ...detail } },
    });
    const setters = settersOf([
      row("3", "赵", { kind: "bin", rule: "full" }, "refused"),
      row("2", "王", { kind: "bin", rule: "full" }),
      row("1", null, { kind: "bin", rule: "full" }),
      row("0", null, { kind: "bin", rule: "hot" }),
    ]);
    expect(setters.get("bin/full")).toEqual({ by: "王", at: "2" });
    expect(setters.get("bin/hot")).toEqual({ by: "person:1", at: "0" });
  });
});

function refusal(status: number): ApiError {
  return new ApiError({ status, code: "invalid-request", detail: "no" });
}
