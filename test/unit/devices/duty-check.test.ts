import { describe, expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import { defineKind } from "../../../devices/kit/define.ts";
import { describeKind } from "../../../devices/kit/describe.ts";
import type { DutyCheckFacts } from "../../../devices/kit/kind.ts";
import { addedRules } from "../../../gateway/alert/added-rules.ts";

const catalogue = await loadCatalogue();
const able = [...catalogue.values()].filter(({ dutyCheck }) => dutyCheck !== undefined);

describe("a kind that can be asked", () => {
  test.each(able.map((kind) => [kind.name, kind] as const))(
    "%s answers the command with its event",
    (_, kind) => {
      const start = Date.parse("2026-01-15T12:00:00Z");
      const { command, answered } = kind.dutyCheck!;
      const device = kind.simulate({ random: () => 0.5, facts: {}, start });
      device.step(start + 1_000);
      expect(device.command(command, kind.commands[command]!.args.parse({}), start + 1_000)).toEqual({
        ok: true,
      });
      const said = device.step(start + 600_000).map(({ payload }) => payload.event);
      expect(said).toContain(answered);
    },
  );

  test("says so where integrators read it", () => {
    expect(able.length).toBeGreaterThanOrEqual(2);
    for (const kind of able) expect(describeKind(kind).dutyCheck).toEqual(kind.dutyCheck);
  });

  const fire = able[0]!;
  const facts: DutyCheckFacts = fire.dutyCheck!;
  test.each([
    ["an unknown command", { ...facts, command: "jump" }, "dutyCheck.command"],
    ["a command named after a prototype's", { ...facts, command: "constructor" }, "dutyCheck.command"],
    ["an unknown argument", { ...facts, answerArg: "minutes" }, "dutyCheck.answerArg"],
    ["an unknown event", { ...facts, answered: "jumped" }, "dutyCheck.answered"],
    ["an unknown rule", { ...facts, missed: "cold" }, "dutyCheck.missed"],
  ])("is refused with %s", (_, dutyCheck, path) => {
    expect(() => defineKind({ ...fire, dutyCheck })).toThrow(
      expect.objectContaining({ code: "kind-invalid", path }),
    );
  });
});

test("no kind has a rule of the name of one that the gateway adds", () => {
  const names = [...catalogue.values()].flatMap(({ rules }) => rules.map(({ id }) => id));
  expect(names.filter((name) => Object.hasOwn(addedRules, name))).toEqual([]);
});
