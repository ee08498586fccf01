import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../../client/api.ts";
import { fillDemoDuty } from "../../gateway/cli/demo-duty.ts";
import { runLinli } from "../support/command.ts";
import { openTestGateway, type TestGateway } from "../support/gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
  for (const name of ["1号楼", "2号楼", "3号楼"])
    await gateway.call("POST", "/sites/xinfa/buildings", { name });
  await gateway.device("micro-fire-station", "s1");
  const api = createApi({ url: gateway.url, token: gateway.token, timeoutMs: 30_000 });
  const demo = {
    api,
    site: "xinfa",
    buildings: ["1号楼", "2号楼", "3号楼"],
    stations: ["s1"],
    now: Date.now(),
  };
  await fillDemoDuty(demo);
  await fillDemoDuty(demo);
});
afterAll(() => gateway.stop());

const linli = (...words: string[]) => runLinli(gateway, ...words);

test("the demo has people on duty now and for two weeks, and numbers that ring nowhere", async () => {
  const { body: crews } = await gateway.call<{ items: object[] }>("GET", "/sites/xinfa/crews");
  expect(crews.items).toMatchObject([
    { id: "east", station: "s1", buildings: ["1号楼", "2号楼"], neighbours: ["west"] },
    { id: "west", station: null, buildings: ["3号楼"], neighbours: ["east"] },
  ]);
  for (const days of [0, 13]) {
    const at = Date.now() + days * 86_400_000;
    const { body } = await gateway.call<{ crews: { onDuty: { leads: boolean }[] }[] }>(
      "GET",
      `/sites/xinfa/duty?at=${at}`,
    );
    expect(body.crews.map(({ onDuty }) => onDuty.map(({ leads }) => leads))).toEqual([
      ...[0, 1].map(() => [true, false, false]),
    ]);
  }
  const { body } = await gateway.call<{ items: { ways: { address: string }[] }[] }>(
    "GET",
    "/sites/xinfa/contacts",
  );
  expect(body.items).toHaveLength(15);
  for (const { ways } of body.items) expect(ways[0]?.address).toMatch(/^000-0000-\d{4}$/);
});

test("the command line shows who would be called, takes a roster and asks a crew", async () => {
  const shown = await linli("duty", "show", "xinfa", "--building", "3号楼");
  expect(shown).toMatchObject({
    code: 0,
    out: expect.stringMatching(/西区微型消防站.*\(leads\).*0 s\tduty\t/s),
  });
  expect(shown.out).toMatch(/60 s \(acknowledge\)\tneighbours\t\S/);
  expect((await linli("duty", "show", "xinfa", "--class", "worst")).code).toBe(2);

  const file = join(gateway.dataDir, "roster.csv");
  writeFileSync(file, "crew,contact,date,from,to\neast,nobody,2030-01-15,08:00,20:00\n");
  const checked = await linli("duty", "import", "xinfa", file, "--dry-run");
  expect(checked).toMatchObject({
    code: 3,
    err: expect.stringContaining("line 2, contact: the site has no contact"),
  });
  expect((await linli("duty", "import", "xinfa", file)).code).toBe(2);
  writeFileSync(file, "crew,contact,date,from,to\neast,east-1,2030-01-15,08:00,20:00\n");
  const taken = await linli("duty", "import", "xinfa", file);
  expect(taken).toMatchObject({ code: 0, out: "1 shifts added, 0 replaced\n" });

  expect(await linli("duty", "ask", "xinfa", "east")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/answered by 20/),
  });
  expect((await linli("duty", "ask", "xinfa", "east")).code).toBe(1);
});
