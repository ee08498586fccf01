import { afterAll, beforeAll, expect, test } from "vitest";
import { withTables } from "../../docs/tables.ts";
import { exitCodes } from "../../gateway/cli/exit-codes.ts";
import { openTestGateway, type TestGateway } from "../support/gateway.ts";
import { quoted, readPage } from "../support/pages.ts";

const page = readPage("docs/operations.md");
let gateway: TestGateway;
beforeAll(async () => {
  // Its stages are told when there are self-tests.
  gateway = await openTestGateway({ config: { trial: { selfTestMs: 60_000 } } });
});
afterAll(() => gateway.stop());

test("the generated tables are as the code has them; npm run docs makes them again", () => {
  for (const { text } of [page, readPage("docs/protocol.md")]) expect(withTables(text)).toBe(text);
  for (const name of ["`mqttPort`", "`disk-full`", "`addDevice`"]) expect(page.text).toContain(`| ${name} |`);
  expect(readPage("docs/protocol.md").text).toContain("| device | its own `status` | taken |");
});

test("every metric is documented, and no other", async () => {
  const scraped = await (await fetch(`${gateway.url}/metrics`)).text();
  const exist = [...scraped.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name as string);
  const rows = page.table("## Metrics");
  expect(exist.length).toBeGreaterThan(30);
  expect(rows.map(([name = ""]) => quoted(name)[0]).toSorted()).toEqual(exist.toSorted());
  expect(rows.filter(([, meaning]) => !meaning)).toEqual([]);
});

test("every stage of the health is documented", async () => {
  const response = await fetch(`${gateway.url}/health/ready`);
  const { stages } = (await response.json()) as { stages: { stage: string }[] };
  const documented = page.table("| stage | fails when |").map(([stage = ""]) => quoted(stage)[0]);
  expect(documented).toEqual(stages.map(({ stage }) => stage));
});

test("every exit code is documented", () => {
  const documented = page.table("| exit code | means |").map(([code]) => Number(code));
  expect(documented).toEqual(Object.values(exitCodes));
});
