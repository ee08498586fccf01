import { describe, expect, test } from "vitest";
import { anApi } from "./api-support.ts";

const url = "POST /api/v1/sites/xinfa/devices/v-1/commands";

async function aValve() {
  const parts = await anApi();
  parts.registry.addDevice("xinfa", { kind: "irrigation-valve", id: "v-1" });
  return parts;
}

describe("a command", () => {
  test("is queued in the name of the token's owner, with the kind's age and defaults, and can be followed", async () => {
    const parts = await aValve();
    const sent = await parts.call("firefighter", url, { name: "open", args: { durationS: 60 } });
    expect(sent.status).toBe(202);
    expect(sent.body).toMatchObject({
      device: "xinfa/irrigation-valve/v-1",
      name: "open",
      args: { durationS: 60, opening: 100 },
      state: "queued",
      by: "crew",
      queuedAt: "2026-01-15T08:00:00.000Z",
      expiresAt: "2026-01-15T08:01:00.000Z",
      sentAt: null,
    });
    const found = await parts.call("viewer", `GET ${sent.headers.location}`);
    expect(found.body).toEqual(sent.body);
    const list = await parts.call("viewer", "GET /api/v1/sites/xinfa/devices/v-1/commands");
    expect(list.body).toEqual({ items: [sent.body], next: null });
  });

  test.each([
    ["that the kind does not know", { name: "explode" }, "body.name"],
    ["that is called like a property of every object", { name: "constructor" }, "body.name"],
    ["with a wrong argument", { name: "open", args: { durationS: 1 } }, "body.args.durationS"],
    ["with an unknown argument", { name: "close", args: { hard: true } }, "body.args.hard"],
    ["that may wait longer than the kind allows", { name: "close", maxAgeMs: 90_000_000 }, "body.maxAgeMs"],
  ])("%s is refused with its place", async (_what, body, path) => {
    const answer = await (await aValve()).call("firefighter", url, body);
    expect([answer.status, answer.body.errors[0].path]).toEqual([400, path]);
  });

  test("of another site is not found with a token of one site", async () => {
    const parts = await aValve();
    const sent = await parts.call("admin", url, { name: "close" });
    expect((await parts.call("yidaAdmin", `GET ${sent.headers.location}`)).status).toBe(404);
  });
});
