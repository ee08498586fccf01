import { expect, test } from "vitest";
import type { Rule, Values } from "../../../devices/kit/kind.ts";
import { createRehearsal } from "../../../gateway/alert/rehearsal.ts";
import { judgeSettings } from "../../../gateway/alert/settings.ts";
import { aDevice, aRule } from "./makers.ts";

const minute = 60_000;
const rehearse = createRehearsal({ settings: judgeSettings.parse({}), log: { error: () => {} } });

/** A past in which the device told one temperature each minute. */
function past(rule: Rule, temperatures: readonly number[], before: Values = {}) {
  const readings = temperatures.map((t, index) => ({
    ...{ at: (index + 1) * minute, event: undefined, values: { t } },
  }));
  return {
    ...{ device: aDevice([rule]), rule, before, readings },
    ...{ from: 0, to: (temperatures.length + 1) * minute },
  };
}

test("a rehearsal counts an alert for each time that the value passes the tried limit and comes back", () => {
  const told = past(aRule(), [40, 55, 44, 58, 30]);
  expect(rehearse({ ...told, limits: { above: 50, clear: 45 } })).toEqual([
    { from: 2 * minute, to: 3 * minute },
    { from: 4 * minute, to: 5 * minute },
  ]);
  expect(rehearse({ ...told, limits: { above: 57, clear: 45 } })).toEqual([
    { from: 4 * minute, to: 5 * minute },
  ]);
  expect(rehearse({ ...told, limits: { above: 60, clear: 45 } })).toEqual([]);
});

test("between raising and clearing nothing changes, so a value that swings there is one alert", () => {
  const told = past(aRule(), [55, 47, 52, 46, 53]);
  expect(rehearse({ ...told, limits: { above: 50, clear: 45 } })).toEqual([{ from: minute, to: undefined }]);
  expect(rehearse({ ...told, limits: { above: 50, clear: 48 } })).toHaveLength(3);
});

test("a condition must hold as long as the rule says, also after the last message", () => {
  const rule = aRule({ holdForMs: ({ limits }) => limits.holdS! * 1000 });
  const limits = { above: 50, clear: 45, holdS: 90 };
  expect(rehearse({ ...past(rule, [55, 40, 55]), limits })).toEqual([]);
  expect(rehearse({ ...past(rule, [55, 56, 57]), limits })).toEqual([{ from: 2.5 * minute, to: undefined }]);
  const late = { ...past(rule, [40, 55]), to: 10 * minute };
  expect(rehearse({ ...late, limits })).toEqual([{ from: 3.5 * minute, to: undefined }]);
});

test("what held before the first message holds from the beginning", () => {
  const told = past(aRule(), [40], { t: 70 });
  expect(rehearse({ ...told, limits: { above: 50, clear: 45 } })).toEqual([{ from: 0, to: minute }]);
});

test("an alert that waits for a person is over when its condition is, for nobody resolves in the past", () => {
  const told = past(aRule({ latched: true }), [55, 40, 55, 40]);
  expect(rehearse({ ...told, limits: { above: 50, clear: 45 } })).toHaveLength(2);
});
