import { describe, expect, test } from "vitest";
import {
  alarmFlag,
  battery,
  compileFields,
  count,
  flag,
  percent,
  person,
  ratio,
  state,
  text,
  time,
} from "../../../devices/kit/fields.ts";
import type { Facts, Field } from "../../../devices/kit/kind.ts";
import {
  celsius,
  degrees,
  fillRatio,
  kilograms,
  kpa,
  litres,
  litresPerMinute,
  millimetres,
  ppm,
} from "../../../devices/kit/quantities.ts";

const title = { zh: "测试", en: "Test" };
const mode = state(
  title,
  { off: { zh: "关", en: "Off" }, "hold-open": { zh: "常开", en: "Held open" } },
  { "1": "hold-open", aus: "off" },
);

/** Canonical values pass; every other is read by `coerce`, or refused when `becomes` says so. */
const refused = Symbol("refused");
const missing = undefined;

const deep = { depthMm: 1200 };
const sendsMm = { depthMm: 1200, fillUnit: "mm" };
const sendsPercent = { depthMm: 1200, fillUnit: "percent" };

test.each<{ field: Field; value: unknown; becomes: unknown; name?: string; facts?: Facts }>([
  { field: percent(title), value: "83.000000", becomes: 83, name: "number-from-text" },
  { field: percent(title), value: "95%", becomes: 95, name: "number-from-text" },
  { field: percent(title), value: "120%", becomes: refused },
  { field: battery(), value: 101, becomes: refused },
  { field: millimetres(title, [0, 5000]), value: "1200 mm", becomes: 1200, name: "number-from-text" },
  { field: millimetres(title, [0, 5000]), value: "1.2 m", becomes: 1200, name: "m-to-mm" },
  { field: millimetres(title, [0, 5000]), value: "120cm", becomes: 1200, name: "cm-to-mm" },
  { field: millimetres(title, [0, 5000]), value: "1200 kPa", becomes: refused },
  { field: kpa(title, [0, 1600]), value: "0.29 MPa", becomes: 290, name: "mpa-to-kpa" },
  { field: kpa(title, [0, 1600]), value: "2.5bar", becomes: 250, name: "bar-to-kpa" },
  { field: kpa(title, [0, 1600]), value: "101325 Pa", becomes: 101.325, name: "pa-to-kpa" },
  { field: kpa(title, [0, 1600]), value: "10 psi", becomes: 68.94757, name: "psi-to-kpa" },
  { field: celsius(), value: "-12.5℃", becomes: -12.5, name: "number-from-text" },
  { field: celsius(), value: "23 °C", becomes: 23, name: "number-from-text" },
  { field: celsius(), value: "158 °F", becomes: 70, name: "fahrenheit-to-celsius" },
  { field: celsius(), value: true, becomes: refused },
  { field: celsius(), value: Number.NaN, becomes: refused },
  { field: celsius(), value: "12,5", becomes: refused },
  { field: celsius(), value: "0x10", becomes: refused },
  { field: celsius(), value: "9".repeat(41), becomes: refused },
  {
    field: litresPerMinute(title, [0, 100]),
    value: "1.2 m³/h",
    becomes: 20,
    name: "cubic-metres-per-hour-to-litres-per-minute",
  },
  { field: litres(title, [0, 1e6]), value: "1.5 m3", becomes: 1500, name: "cubic-metres-to-litres" },
  { field: kilograms(title, [0, 100]), value: "2500 g", becomes: 2.5, name: "g-to-kg" },
  { field: ppm(title, [0, 100]), value: "55 ppm", becomes: 55, name: "number-from-text" },
  { field: degrees(title, [0, 180]), value: "12 °", becomes: 12, name: "number-from-text" },
  { field: count(title), value: "7", becomes: 7, name: "number-from-text" },
  { field: count(title), value: 1.5, becomes: refused },
  { field: ratio(title), value: 95, becomes: 0.95, name: "percent-to-ratio" },
  { field: ratio(title), value: "95 %", becomes: 0.95, name: "percent-to-ratio" },
  { field: ratio(title), value: "0.4", becomes: 0.4, name: "number-from-text" },
  { field: ratio(title), value: 101, becomes: refused },
  { field: ratio(title), value: -0.1, becomes: refused },
  { field: fillRatio(title), value: 80, becomes: 0.8, name: "percent-to-ratio" },
  { field: fillRatio(title), value: 80, facts: deep, becomes: 0.8, name: "percent-to-ratio" },
  { field: fillRatio(title), value: 100, facts: deep, becomes: 1, name: "percent-to-ratio" },
  { field: fillRatio(title), value: 300, facts: deep, becomes: 0.75, name: "mm-to-lid-to-ratio" },
  { field: fillRatio(title), value: 60, facts: sendsMm, becomes: 0.95, name: "mm-to-lid-to-ratio" },
  { field: fillRatio(title), value: 60, facts: { fillUnit: "mm" }, becomes: refused },
  { field: fillRatio(title), value: "60%", facts: sendsMm, becomes: 0.6, name: "percent-to-ratio" },
  { field: fillRatio(title), value: 60, facts: sendsPercent, becomes: 0.6, name: "percent-to-ratio" },
  { field: fillRatio(title), value: 300, facts: sendsPercent, becomes: refused },
  { field: fillRatio(title), value: "60 mm", facts: deep, becomes: 0.95, name: "mm-to-lid-to-ratio" },
  { field: fillRatio(title), value: 1440, facts: deep, becomes: 0, name: "mm-to-lid-to-ratio" },
  { field: fillRatio(title), value: 1441, facts: deep, becomes: refused },
  { field: fillRatio(title), value: "1500 mm", facts: deep, becomes: refused },
  {
    field: fillRatio(title),
    value: "300 mm",
    facts: { depthMm: 1200 },
    becomes: 0.75,
    name: "mm-to-lid-to-ratio",
  },
  {
    field: fillRatio(title),
    value: "30 cm",
    facts: { depthMm: 1200 },
    becomes: 0.75,
    name: "mm-to-lid-to-ratio",
  },
  { field: fillRatio(title), value: "80%", facts: { depthMm: 1200 }, becomes: 0.8, name: "percent-to-ratio" },
  { field: fillRatio(title), value: "300 mm", becomes: refused },
  { field: fillRatio(title), value: 300, becomes: refused },
  { field: flag(title), value: 1, becomes: true, name: "flag-from-number" },
  { field: flag(title), value: 0, becomes: false, name: "flag-from-number" },
  { field: flag(title), value: 2, becomes: refused },
  { field: flag(title), value: "ON", becomes: true, name: "flag-from-text" },
  { field: flag(title), value: " off ", becomes: false, name: "flag-from-text" },
  { field: flag(title), value: "True", becomes: true, name: "flag-from-text" },
  { field: flag(title), value: "alarm", becomes: refused },
  { field: alarmFlag(title), value: "alarm", becomes: true, name: "flag-from-text" },
  { field: alarmFlag(title), value: "normal", becomes: false, name: "flag-from-text" },
  { field: alarmFlag(title), value: "故障", becomes: true, name: "flag-from-text" },
  { field: alarmFlag(title), value: "正常", becomes: false, name: "flag-from-text" },
  { field: alarmFlag(title, { wet: true }), value: "Wet", becomes: true, name: "flag-from-text" },
  { field: mode, value: "常开", becomes: "hold-open", name: "state-from-text" },
  { field: flag(title, { closed: false }), value: "CLOSED", becomes: false, name: "flag-from-text" },
  { field: mode, value: "Hold Open", becomes: "hold-open", name: "state-from-text" },
  { field: mode, value: "HOLD_OPEN", becomes: "hold-open", name: "state-from-text" },
  { field: mode, value: 1, becomes: "hold-open", name: "state-from-text" },
  { field: mode, value: "aus", becomes: "off", name: "state-from-text" },
  { field: mode, value: "ajar", becomes: refused },
  { field: mode, value: "constructor", becomes: refused },
  { field: time(title), value: 1_780_263_000, becomes: 1_780_263_000_000, name: "seconds-to-milliseconds" },
  {
    field: time(title),
    value: "2026-06-01T05:30:00+08:00",
    becomes: 1_780_263_000_000,
    name: "time-from-text",
  },
  { field: time(title), value: "2026-06-01T05:30:00", becomes: refused },
  { field: time(title), value: 5, becomes: refused },
  { field: text(title, 3), value: "long", becomes: refused },
  { field: person(title), value: 4123987, becomes: "4123987", name: "text-from-number" },
  { field: person(title), value: { name: "张三" }, becomes: refused },
  { field: celsius(), value: null, becomes: missing, name: "null-as-missing" },
  { field: celsius(), value: "null", becomes: missing, name: "null-as-missing" },
  { field: mode, value: "NaN", becomes: missing, name: "null-as-missing" },
  { field: flag(title), value: " ", becomes: missing, name: "blank-as-missing" },
])("$value in $field.unit $field.type becomes $becomes", ({ field, value, becomes, name, facts = {} }) => {
  expect(field.schema.safeParse(value).success).toBe(false);
  const coercion = field.coerce?.(value, facts);
  expect(coercion).toEqual(becomes === refused ? undefined : { value: becomes, name });
});

describe("compileFields", () => {
  const schema = compileFields({ fields: { fill: fillRatio(title), locked: flag(title) } });

  test("takes any part of the fields and drops what the kind does not have", () => {
    expect(schema.parse({ fill: 0.5, ts: 1, nonsense: {} })).toEqual({ fill: 0.5 });
    expect(schema.parse({})).toEqual({});
  });

  test("refuses what is not canonical, and says which field", () => {
    const { error } = schema.safeParse({ fill: "95%", locked: true });
    expect(error?.issues.map(({ path }) => path)).toEqual([["fill"]]);
  });

  test("a value out of the believable range is still accepted", () => {
    expect(celsius().range).toEqual([-40, 85]);
    const warm = compileFields({ fields: { temperature: celsius() } });
    expect(warm.parse({ temperature: 240 })).toEqual({ temperature: 240 });
  });
});
