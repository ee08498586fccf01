import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createProgram } from "../../gateway/cli/program.ts";
import { eventually, openTestGateway, type TestGateway } from "../support/gateway.ts";
import { openSse } from "../support/sse.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.stop());
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

interface Incident {
  readonly id: string;
}

/** Runs `linli drill` at the site; what it printed grows while it runs. */
function drill(...words: string[]) {
  const said = { out: "", err: "" };
  const hear = (where: "out" | "err") => (text: unknown) => {
    said[where] += `${String(text).trimEnd()}\n`;
    return true;
  };
  vi.spyOn(console, "log").mockImplementation(hear("out"));
  vi.spyOn(console, "error").mockImplementation(hear("err"));
  vi.spyOn(process.stdout, "write").mockImplementation(hear("out") as never);
  const line = ["drill", "--site", "xinfa", ...words, "--url", gateway.url, "--token", gateway.token];
  return { said, ended: createProgram().parseAsync(line, { from: "user" }) };
}

/** The crew does everything that it has to. */
async function answer(): Promise<void> {
  const open = () => gateway.call<{ items: Incident[] }>("GET", "/incidents?drill=true&state=open");
  const { body } = await eventually(open, ({ body }) => body.items.length === 1);
  for (const move of ["acknowledge", "dispatch", "arrive", "control", "close"]) {
    await gateway.call("POST", `/incidents/${body.items[0]!.id}/${move}`);
  }
}

test("the command tells each stage as it is reached, and ends with 0 when all were", async () => {
  const screen = await openSse(gateway.url);
  await screen.next(({ event }) => event === "snapshot");
  const { said, ended } = drill("--note", "每月演练", "--within", "1m");
  await answer();
  await ended;
  screen.close();
  const stages = [...said.out.matchAll(/^ +\d+\.\d s {2}(.*)$/gm)].map(([, what]) => what);
  expect(stages).toEqual([
    ...["published", "judged", "on disk", "on screens (1)", "acknowledged by admin", "set out by admin"],
    ...["on scene by admin", "under control by admin", "closed by admin"],
  ]);
  expect(said.err).toBe("");
  expect(process.exitCode).toBeUndefined();
});

test("it ends with 3 and names what was not reached in time", async () => {
  const { said, ended } = drill("--within", "1s");
  await ended;
  expect(process.exitCode).toBe(3);
  expect(said.err).toMatch(/not reached within 1 s: on screens, acknowledged, set out, .*closed/);
  expect(said.err).toContain("the drill goes on");
  await answer();
});

test("as JSON it prints the report and nothing else", async () => {
  const { said, ended } = drill("--json", "--within", "1m");
  await answer();
  await ended;
  // No screen watched.
  expect(process.exitCode).toBe(3);
  expect(JSON.parse(said.out)).toMatchObject({ site: "xinfa", end: "crew", isComplete: false });
});
