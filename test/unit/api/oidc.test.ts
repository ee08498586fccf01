import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";
import { afterEach, expect, test } from "vitest";
import type { ApiSettings } from "../../../gateway/api/settings.ts";
import { apiSettings } from "../../../gateway/api/settings.ts";
import { anApi } from "./api-support.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const client = { clientId: "linli", clientSecret: "the secret of the client" };
const gate = "http://gate.example";

/** A real OpenID provider on this machine that logs in whoever its form names, with that account's claims. */
async function aProvider(accounts: Record<string, Record<string, unknown>>) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: client.clientId, client_secret: client.clientSecret },
        redirect_uris: [`${gate}/login/oidc/callback`],
      },
    ],
    claims: { openid: ["sub"], profile: ["name", "preferred_username", "groups"], email: ["email"] },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...accounts[sub] }) }),
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ["for the test"] },
  });
  server.on("request", provider.callback());
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { issuer };
}

/** Goes through the provider's own forms as a browser would; the address that it sends the browser back to. */
async function passProvider(start: string, login: string): Promise<string> {
  const cookies = new Map<string, string>();
  let next = start;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < 12; step++) {
    const answer = await fetch(next, {
      redirect: "manual",
      method: form === undefined ? "GET" : "POST",
      headers: { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") },
      ...(form === undefined ? {} : { body: form }),
    });
    form = undefined;
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    if (location !== null) {
      if (location.startsWith(gate)) return location;
      next = new URL(location, next).href;
      continue;
    }
    const page = await answer.text();
    const [, action = ""] = /<form[^>]*action="([^"]+)"/.exec(page) ?? [];
    const [, prompt = ""] = /name="prompt" value="([^"]+)"/.exec(page) ?? [];
    form = new URLSearchParams({ prompt, login, password: "x" });
    next = new URL(action, next).href;
  }
  throw new Error("the provider never sent the browser back");
}

async function anApiWith(oidc: Record<string, unknown>, accounts: Record<string, Record<string, unknown>>) {
  const { issuer } = await aProvider(accounts);
  const settings = apiSettings.parse({
    publicUrl: gate,
    oidc: { issuer, ...client, ...oidc },
  }) as ApiSettings;
  const parts = await anApi({ settings: { oidc: settings.oidc, publicUrl: gate } });

  async function get(url: string, cookie = "") {
    const answer = await parts.api.inject({ url, headers: cookie === "" ? {} : { cookie } });
    const cookies = answer.cookies.filter(({ value }) => value !== "");
    return { answer, cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
  }

  async function logIn(account: string) {
    const begun = await get("/login/oidc");
    const back = await passProvider(String(begun.answer.headers.location), account);
    const ended = await get(back.slice(gate.length), begun.cookie);
    return { begun, back: back.slice(gate.length), ...ended };
  }

  return { ...parts, issuer, get, logIn };
}

const groups = {
  rolesClaim: "groups",
  roles: ["bosses=admin", "crew=firefighter@xinfa", "crew=viewer@yida"],
};

test("a person comes from the provider with the roles of the groups there, anew at each log-in", async () => {
  const accounts: Record<string, Record<string, unknown>> = {
    "7": { preferred_username: "wang", name: "王队长", groups: ["crew", "choir"] },
  };
  const parts = await anApiWith(groups, accounts);
  const { answer, cookie } = await parts.logIn("7");
  expect([answer.statusCode, answer.body.includes("王队长")]).toEqual([200, true]);
  const who = () => parts.get("/api/v1/session", cookie).then((got) => got.answer.json());
  expect(await who()).toMatchObject({
    login: "wang",
    grants: [
      { role: "firefighter", site: "xinfa" },
      { role: "viewer", site: "yida" },
    ],
  });
  accounts["7"] = { preferred_username: "renamed", name: "x", groups: ["bosses"] };
  expect((await parts.logIn("7")).answer.statusCode).toBe(200);
  expect(await who()).toMatchObject({
    login: "wang",
    name: "王队长",
    grants: [{ role: "admin", site: null }],
  });
  accounts["7"] = { preferred_username: "wang", groups: ["choir"] };
  expect((await parts.logIn("7")).answer.statusCode).toBe(403);
  expect(parts.identity.people.all()).toHaveLength(1);
});

test("without groups only who was invited gets in, under the log-in that the provider names", async () => {
  const parts = await anApiWith({}, { a: { preferred_username: "li" }, b: { preferred_username: "eve" } });
  const { people } = parts.identity;
  const li = people.add({ login: "LI", name: "李工", grants: [{ role: "engineer" }] });
  expect((await parts.logIn("b")).answer.statusCode).toBe(403);
  expect((await parts.logIn("a")).answer.statusCode).toBe(200);
  expect(people.find(li.id)).toMatchObject({ subject: `${parts.issuer} a`, grants: [{ role: "engineer" }] });
  people.change(li.id, { isActive: false });
  expect((await parts.logIn("a")).answer.statusCode).toBe(403);
});

test("another subject that calls itself by a log-in that is taken does not get in as its owner", async () => {
  const parts = await anApiWith({}, { a: { preferred_username: "li" }, b: { preferred_username: "li" } });
  parts.identity.people.add({ login: "li", name: "李工", grants: [{ role: "admin" }] });
  expect((await parts.logIn("a")).answer.statusCode).toBe(200);
  expect((await parts.logIn("b")).answer.statusCode).toBe(403);
});

test("an answer of the provider works once, in the browser that asked, and only unchanged", async () => {
  const parts = await anApiWith(groups, { "7": { preferred_username: "wang", groups: ["crew"] } });
  const begun = await parts.get("/login/oidc");
  const back = (await passProvider(String(begun.answer.headers.location), "7")).slice(gate.length);
  const other = await parts.get("/login/oidc");
  expect((await parts.get(back)).answer.statusCode).toBe(401);
  expect((await parts.get(back, other.cookie)).answer.statusCode).toBe(401);
  const good = await parts.logIn("7");
  expect(good.answer.statusCode).toBe(200);
  expect((await parts.get(good.back, good.begun.cookie)).answer.statusCode).toBe(401);
  const forged = await parts.get("/login/oidc");
  const state = new URL(String(forged.answer.headers.location)).searchParams.get("state");
  const made = await parts.get(`/login/oidc/callback?code=made-up&state=${state}`, forged.cookie);
  expect(made.answer.statusCode).toBe(401);
  expect(parts.identity.sessions.count()).toBe(1);
});

test("a log-in that takes too long at the provider must begin again", async () => {
  const parts = await anApiWith(
    { ...groups, pendingMs: 1000 },
    { "7": { preferred_username: "wang", groups: ["crew"] } },
  );
  const begun = await parts.get("/login/oidc");
  const back = (await passProvider(String(begun.answer.headers.location), "7")).slice(gate.length);
  parts.clock.advance(1000);
  expect((await parts.get(back, begun.cookie)).answer.statusCode).toBe(401);
});

test("a provider that is away is said, and the log-in with a password goes on", async () => {
  const settings = apiSettings.parse({
    oidc: { issuer: "http://127.0.0.1:1", clientId: "x", name: "公司账号" },
  });
  const parts = await anApi({ settings: { oidc: settings.oidc } });
  const answer = await parts.api.inject({ url: "/login/oidc" });
  expect(answer.statusCode).toBe(503);
  expect(answer.body).toContain('<form method="post" action="/login">');
  expect(answer.body).toContain("公司账号");
});

test("an issuer elsewhere must be https, and needs a client id", () => {
  const faultsOf = (oidc: object) =>
    apiSettings.safeParse({ oidc }).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  expect(faultsOf({ issuer: "http://login.example", clientId: "x" })).toEqual([
    expect.stringContaining("oidc.issuer: must be https"),
  ]);
  expect(faultsOf({ issuer: "https://login.example" })).toEqual([expect.stringContaining("oidc.clientId")]);
  expect(faultsOf({ roles: ["crew=boss"] })).toEqual([expect.stringContaining("group=role@site")]);
});
