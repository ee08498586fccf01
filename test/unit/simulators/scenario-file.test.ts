import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import { type ActualAlert, compareAlerts, type ExpectedAlert } from "../../../simulators/scenario-compare.ts";
import { loadScenario, parseScenario, scenarioFolder } from "../../../simulators/scenario-file.ts";

const sound = `
title: { zh: 试, en: Try }
devices:
  - { kind: waste-bin, id: bin }
steps:
  - connect: all
  - pause: 1.5s
expect: {}
`;

function faultOf(text: string): string {
  try {
    parseScenario(text, "some/try.yaml");
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

test("a sound file is read with its defaults", () => {
  const scenario = parseScenario(sound, "some/try.yaml");
  expect(scenario).toMatchObject({ name: "try", seed: "1", steps: [{ connect: "all" }, { pause: 1500 }] });
  expect(scenario.expect).toMatchObject({ others: "none", rejections: { atMost: 0 } });
});

test.each([
  [
    "an action that does not exist",
    sound.replace("pause: 1.5s", "explode: all"),
    'some/try.yaml:7 steps[1]: Unrecognized key: "explode"',
  ],
  [
    "two actions in one step",
    sound.replace("pause: 1.5s", "{ pause: 1s, drop: all }"),
    "some/try.yaml:7 steps[1]: must have exactly one of",
  ],
  ["a time without unit", sound.replace("1.5s", "15"), "some/try.yaml:7 steps[1].pause: "],
  [
    "a wrong id",
    sound.replace("id: bin", "id: a/b"),
    "some/try.yaml:4 devices[0].id: must be 1 to 64 letters",
  ],
  [
    "a message that is both or neither",
    sound.replace("pause: 1.5s", "send: { devices: all }"),
    "some/try.yaml:7 steps[1].send: must have either telemetry or event",
  ],
  ["a missing part", sound.replace("expect: {}", ""), "some/try.yaml:2 expect: "],
  ["text that is not YAML", "title: [", "some/try.yaml:1 is not YAML: "],
])("%s is named with line and path", (_what, text, message) => {
  expect(faultOf(text)).toContain(message);
});

test("all faults of a file are listed together", () => {
  expect(faultOf(sound.replace("id: bin", "id: a/b").replace("1.5s", "soon")).split("\n")).toHaveLength(2);
});

test("every scenario that comes with the gateway can be read, and names kinds and rules that exist", async () => {
  const catalogue = await loadCatalogue();
  const files = (await readdir(scenarioFolder)).filter((file) => file.endsWith(".yaml"));
  expect(files.length).toBeGreaterThanOrEqual(9);
  for (const file of files) {
    const scenario = await loadScenario(join(scenarioFolder, file));
    const kinds = scenario.devices.map(({ kind }) => catalogue.get(kind));
    expect(kinds, file).not.toContain(undefined);
    const rules = new Set(kinds.flatMap((kind) => kind?.rules.map(({ id }) => id)));
    for (const { rule } of [...scenario.expect.alerts, ...scenario.limits])
      expect(rules, `${file} ${rule}`).toContain(rule);
  }
});

function anAlert(over: Partial<ActualAlert> = {}): ActualAlert {
  return {
    device: "s/k/d1",
    rule: "fire",
    severity: "critical",
    state: "raised",
    raisedAt: "2026-01-01T00:00:00.000Z",
    reason: null,
    ...over,
  };
}

function anExpectation(over: Partial<ExpectedAlert> = {}): ExpectedAlert {
  return { device: "d1", rule: "fire", severity: "critical", state: "raised", times: 1, ...over };
}

const strict = { order: "any", others: "none" } as const;

test("alerts as expected are no difference", () => {
  const again = anAlert({ raisedAt: "2026-01-01T00:00:01.000Z" });
  expect(compareAlerts([anExpectation()], [anAlert()], strict)).toEqual([]);
  expect(
    compareAlerts([anExpectation({ times: 2 })], [again, anAlert({ state: "cleared" })], strict),
  ).toEqual([]);
});

test("missing, extra and differing alerts are each named", () => {
  expect(compareAlerts([anExpectation()], [], strict)).toEqual(["missing: d1 fire (critical, raised)"]);
  expect(compareAlerts([], [anAlert({ reason: "closed" })], strict)).toEqual([
    "extra:   d1 fire (critical, raised, closed)",
  ]);
  expect(compareAlerts([], [anAlert()], { ...strict, others: "ignore" })).toEqual([]);
  expect(
    compareAlerts(
      [anExpectation({ reason: "will" })],
      [anAlert({ severity: "major", state: "cleared" })],
      strict,
    ),
  ).toEqual([
    "differs: d1 fire: is cleared, expected raised; is major, expected critical; reason null, expected will",
  ]);
  expect(compareAlerts([anExpectation()], [anAlert(), anAlert()], strict)[0]).toContain(
    "raised 2 times, expected 1",
  );
});

test("the order of raising is compared when the file asks for it", () => {
  const expected = [anExpectation({ device: "d2" }), anExpectation()];
  const actual = [anAlert(), anAlert({ device: "s/k/d2", raisedAt: "2026-01-01T00:00:01.000Z" })];
  expect(compareAlerts(expected, actual, strict)).toEqual([]);
  expect(compareAlerts(expected, actual, { ...strict, order: "as-listed" })).toEqual([
    "order:   d1 fire was raised before d2 fire",
  ]);
});
