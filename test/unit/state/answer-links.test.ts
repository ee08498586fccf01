import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createLinkOf } from "../../../gateway/answer-links.ts";
import { createLog } from "../../../gateway/log.ts";
import { openAnswerLinks } from "../../../gateway/state/answer-links.ts";
import { type AnswerLink, createAnswerTokens } from "../../../gateway/state/answer-token.ts";
import { openDatabase } from "../../../gateway/state/database.ts";
import { createSecrets } from "../../../gateway/state/secrets.ts";
import { stateSettings } from "../../../gateway/state/settings.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aFolder } from "./support.ts";

const answerLinkMs = 7_200_000;
const about = { about: "incident", id: "01kf3x9a0123456789ab", contact: "01kf3x9a0123456789cd" } as const;
const expiresAt = Date.parse("2026-01-15T10:00:00Z");
const aLink: AnswerLink = { ...about, salt: "0a1b2", expiresAt };
const pepper = randomBytes(32);

function someLinks(directory = aFolder(), clock = createFakeClock()) {
  const log = createLog({ level: "silent" });
  const database = openDatabase({ directory, log, settings: stateSettings.parse({}) });
  const tokens = createAnswerTokens({ pepper });
  const secrets = createSecrets({ pepper, randomBytes });
  const links = openAnswerLinks({ tokens, secrets, database, settings: { answerLinkMs }, clock, log });
  const rows = () => Number(database.db.prepare("SELECT count(*) AS n FROM used_answer_links").get()?.n);
  return { links, database, clock, directory, rows };
}

test("a token says what was signed, is short enough for a text message, and needs no escapes in a path", () => {
  const tokens = createAnswerTokens({ pepper });
  const token = tokens.sign(aLink);
  expect(tokens.read(token)).toEqual(aLink);
  expect(token).toMatch(/^[A-Za-z0-9._-]{60,90}$/);
  expect(tokens.read(tokens.sign({ ...aLink, about: "alert" }))).toMatchObject({ about: "alert" });
});

test("a token in which any character is another one, or is missing, or was added, is not read", () => {
  const tokens = createAnswerTokens({ pepper });
  const token = tokens.sign(aLink);
  const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~ é";
  const forged = [...token].flatMap((own, at) => [
    ...[...alphabet]
      .filter((char) => char !== own)
      .map((char) => token.slice(0, at) + char + token.slice(at + 1)),
    token.slice(0, at) + token.slice(at + 1),
    token.slice(0, at) + own + token.slice(at),
  ]);
  expect(forged.filter((text) => text !== token && tokens.read(text) !== undefined)).toEqual([]);
  for (const text of [
    "",
    ".",
    "..",
    token.slice(0, -23),
    `${token}.`,
    token.toUpperCase(),
    "x".repeat(16_000),
  ]) {
    expect(tokens.read(text)).toBeUndefined();
  }
});

test("a token of another gateway is not read", () => {
  const token = createAnswerTokens({ pepper: randomBytes(32) }).sign(aLink);
  expect(createAnswerTokens({ pepper }).read(token)).toBeUndefined();
});

test.each([{ id: "a.b" }, { contact: "" }, { contact: "x".repeat(33) }, { id: "a/b" }])(
  "nothing is signed that could be read as something else: %o",
  (part) => {
    const { sign } = createAnswerTokens({ pepper });
    expect(() => sign({ ...aLink, ...part })).toThrow(/no link can name/);
  },
);

test("a link works until its last millisecond", () => {
  const { links, clock } = someLinks();
  const token = links.sign(about);
  clock.advance(answerLinkMs - 1);
  expect(links.read(token)?.state).toBe("open");
  clock.advance(1);
  expect(links.read(token)?.state).toBe("over");
});

test("links cost nothing until they are used; each is used once, also after a restart, and forgotten when it is over", async () => {
  const { links, clock, directory, database, rows } = someLinks();
  const tokens = Array.from({ length: 500 }, () => links.sign(about));
  expect(new Set(tokens).size).toBe(500);
  expect(rows()).toBe(0);
  expect(await links.use(tokens[0]!, async ({ contact }) => contact)).toEqual({
    ok: true,
    value: about.contact,
  });
  expect(await links.use(tokens[0]!, async () => "again")).toEqual({ ok: false, reason: "used" });
  expect(links.read(tokens[1]!)?.state).toBe("open");
  database.close();

  const later = someLinks(directory, clock);
  expect(await later.links.use(tokens[0]!, async () => "again")).toEqual({ ok: false, reason: "used" });
  clock.advance(answerLinkMs);
  expect(await later.links.use(tokens[0]!, async () => "again")).toEqual({ ok: false, reason: "over" });
  expect(await later.links.use(later.links.sign(about), async () => "new")).toEqual({
    ok: true,
    value: "new",
  });
  expect(later.rows()).toBe(1);
});

test("of two uses at once one acts; what could not be done leaves a link that still works", async () => {
  const { links } = someLinks();
  const token = links.sign(about);
  const acts: string[] = [];
  const failing = links.use(token, async () => {
    acts.push("first");
    throw new RangeError("the disk is full");
  });
  expect(await links.use(token, async () => acts.push("second"))).toEqual({ ok: false, reason: "used" });
  await expect(failing).rejects.toThrow("the disk is full");
  expect(acts).toEqual(["first"]);
  expect(await links.use(token, async () => "done")).toEqual({ ok: true, value: "done" });
});

test("a step that is done stays done when the database cannot write down that its link was used", async () => {
  const { links, database } = someLinks();
  const token = links.sign(about);
  database.db.exec("PRAGMA query_only = ON");
  expect(await links.use(token, async () => "done")).toEqual({ ok: true, value: "done" });
});

test("a notification has a link when people can reach the gateway, about its incident rather than its alert", () => {
  const { links } = someLinks();
  const recipient = { contact: "c1" };
  const linkOf = createLinkOf({ links, settings: { publicUrl: "https://gate.example/" } });
  const url = linkOf({ incident: "i1", alert: "a1", recipient });
  expect(url).toMatch(/^https:\/\/gate\.example\/a\/i/);
  expect(links.read(url!.slice("https://gate.example/a/".length))?.link).toMatchObject({
    ...{ about: "incident", id: "i1", contact: "c1" },
  });
  expect(linkOf({ alert: "a1", recipient })).toMatch(/\/a\/a/);
  expect(linkOf({ recipient })).toBeUndefined();
  expect(createLinkOf({ links, settings: {} })({ incident: "i1", recipient })).toBeUndefined();
});
