import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import { kindContract } from "./kind.contract.ts";

const catalogue = await loadCatalogue();
for (const kind of catalogue.values()) kindContract(kind);

describe("the catalogue", () => {
  const kit = join(import.meta.dirname, "../../devices/kit");
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "linli-kinds-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("holds the kinds that come with the gateway", () => {
    expect([...catalogue.keys()]).toEqual([
      "access-gate",
      "fire-detector",
      "fire-transmitter",
      "help-button",
      "irrigation-valve",
      "micro-fire-station",
      "parking-sensor",
      "pump-room",
      "waste-bin",
    ]);
  });

  test("says the same of a field wherever it occurs", () => {
    const seen = new Map<string, string>();
    for (const kind of catalogue.values()) {
      for (const [name, field] of [...Object.entries(kind.fields), ...Object.entries(kind.facts)]) {
        const said = JSON.stringify({ title: field.title, unit: field.unit });
        expect(seen.get(name) ?? said, `${kind.name}.${name}`).toBe(said);
        seen.set(name, said);
      }
    }
  });

  test("picks up a new kind from one new file, and leaves other files alone", async () => {
    await writeFile(join(folder, "lift-button.ts"), aKindFile("lift-button"));
    await writeFile(join(folder, "lift-button.test.ts"), "not a kind");
    await writeFile(join(folder, "notes.md"), "not a kind");
    const found = await loadCatalogue(folder);
    expect([...found.keys()]).toEqual(["lift-button"]);
    expect(found.get("lift-button")?.quietAfterMs).toBe(132_000);
  });

  test.each([
    { fault: "does not parse", text: "export default {", says: /broken\.ts/ },
    {
      fault: "exports nothing",
      text: "export const a = 1;",
      says: /broken\.ts: must export a kind by default/,
    },
    { fault: "is named otherwise", text: aKindFile("other"), says: /broken\.ts: holds the kind "other"/ },
    {
      fault: "does not fit together",
      text: aKindFile("broken").replace('summary: ["pressed"]', 'summary: ["lost"]'),
      says: /broken\.ts: .*summary\[0\] names "lost", which is not a field/,
    },
    { fault: "was not made whole", text: 'export default { name: "broken" };', says: /broken\.ts: .*title/ },
  ])("names the file of a kind that $fault", async ({ text, says }) => {
    const own = await mkdtemp(join(folder, "broken-"));
    await writeFile(join(own, "broken.ts"), text);
    await expect(loadCatalogue(own)).rejects.toMatchObject({
      code: "kind-invalid",
      path: join(own, "broken.ts"),
      message: expect.stringMatching(says),
    });
  });

  test("says which folder cannot be listed", async () => {
    await expect(loadCatalogue(join(folder, "nowhere"))).rejects.toMatchObject({ code: "kind-invalid" });
  });

  function aKindFile(name: string): string {
    return `
      import { defineKind } from "${kit}/define.ts";
      import { alarmFlag } from "${kit}/fields.ts";
      import { is } from "${kit}/rules.ts";
      import { telemetry } from "${kit}/samples.ts";
      import { createSimulator } from "${kit}/simulator.ts";
      const intervalMs = 60000;
      export default defineKind({
        name: "${name}",
        title: { zh: "呼梯按钮", en: "Lift button" },
        intervalMs,
        fields: { pressed: alarmFlag({ zh: "按下", en: "Pressed" }) },
        rules: [{
          id: "stuck",
          severity: "info",
          title: { zh: "卡住", en: "Stuck" },
          ...is("pressed", true),
          example: { raise: [telemetry({ pressed: true })], clear: [telemetry({ pressed: false })] },
        }],
        summary: ["pressed"],
        examples: [telemetry({ pressed: false })],
        simulate: (parts) => createSimulator({ ...parts, intervalMs, commands: {}, normal: { pressed: false } }, () => ({
          obey: {},
          conditions: { stuck: { pressed: true } },
        })),
      });
    `;
  }
});
