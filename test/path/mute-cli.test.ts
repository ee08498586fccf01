import { afterAll, beforeAll, expect, test } from "vitest";
import { runLinli } from "../support/command.ts";
import { openTestGateway, type TestGateway } from "../support/gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await openTestGateway();
});
afterAll(() => gateway.stop());

const linli = (...words: string[]) => runLinli(gateway, ...words);

test("a window is laid, listed and ended, and says what is wrong with one", async () => {
  await linli("site", "add", "quiet", "x");
  const mute = (...more: string[]) => linli("mute", ...more);
  const added = await mute(
    "add",
    "quiet",
    "maintenance",
    "--for",
    "2h",
    "--reason",
    "换烟感",
    "--rule",
    "offline",
  );
  expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/^maintenance \S+ until 20/) });
  const id = added.out.split(" ")[1]!;
  const listed = await mute("list", "quiet");
  expect(listed.out).toMatch(new RegExp(`${id}\\s+active\\s+maintenance\\s+offline\\s.*换烟感`));
  expect(await mute("end", "quiet", id)).toMatchObject({ code: 0 });
  expect((await mute("list", "quiet")).out).not.toContain(id);
  expect((await mute("list", "quiet", "--all")).out).toMatch(new RegExp(`${id}\\s+ended`));
  const wrong = await Promise.all([
    mute("add", "quiet", "silence", "--reason", "x"),
    mute("add", "quiet", "silence", "--reason", "x", "--until", "tomorrow"),
    mute("add", "quiet", "silence", "--reason", "x", "--for", "3d"),
    mute("end", "quiet", id),
  ]);
  expect(wrong.map(({ err }) => err)).toEqual([
    expect.stringContaining("--for"),
    expect.stringContaining("with its zone"),
    expect.stringContaining("at most 24 h"),
    expect.stringContaining("ended by"),
  ]);
  expect(wrong.map(({ code }) => code)).not.toContain(0);
});
