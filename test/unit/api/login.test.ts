import { describe, expect, test } from "vitest";
import type { Grant } from "../../../gateway/types.ts";
import { anApi } from "./api-support.ts";

const password = "a short sentence";
const host = "gate.example";

type Parts = Awaited<ReturnType<typeof anApi>>;

async function anApiWithPeople(settings: NonNullable<Parameters<typeof anApi>[0]>["settings"] = {}) {
  const parts = await anApi({ settings });
  const { people, passwords } = parts.identity;
  const hash = await passwords.hash(password);
  function aPerson(login: string, grants: readonly Grant[]) {
    const person = people.add({ login, name: `name of ${login}`, grants });
    people.setPassword(person.id, hash);
    return person;
  }
  const chief = aPerson("chief", [{ role: "admin" }]);
  const wang = aPerson("wang", [{ role: "firefighter", site: "xinfa" }]);
  return { ...parts, aPerson, chief, wang };
}

/** A browser on one address that keeps its cookies. */
function aBrowser({ api }: Pick<Parts, "api">, from: { address?: string; protocol?: string } = {}) {
  const cookies = new Map<string, string>();
  async function send(route: string, payload?: object | string, more: Record<string, string> = {}) {
    const [method = "", url = ""] = route.split(" ");
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const origin = method === "GET" ? {} : { origin: `http://${host}` };
    const answer = await api.inject({
      method: method as "GET",
      url,
      headers: { host, ...origin, ...(cookie === "" ? {} : { cookie }), ...more },
      remoteAddress: from.address ?? "10.0.0.1",
      ...(payload === undefined ? {} : { payload }),
    });
    for (const { name, value, expires } of answer.cookies) {
      if (expires !== undefined && expires.getTime() === 0) cookies.delete(name);
      else cookies.set(name, value);
    }
    const isJson = String(answer.headers["content-type"]).includes("json");
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: isJson ? answer.json() : answer.body,
      answer,
    };
  }
  return {
    send,
    cookies,
    logIn: (login: string, word = password) => send("POST /api/v1/session", { login, password: word }),
  };
}

describe("the log-in", () => {
  test("gives a cookie that no script and no other site sees, and tells who it is", async () => {
    const parts = await anApiWithPeople();
    const browser = aBrowser(parts);
    const { status, body, answer } = await browser.logIn("WANG");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      login: "wang",
      name: "name of wang",
      grants: [{ role: "firefighter", site: "xinfa" }],
    });
    for (const cookie of answer.cookies) {
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
      expect(cookie.secure).toBeUndefined();
    }
    expect((await browser.send("GET /api/v1/session")).body).toEqual(body);
    expect((await aBrowser(parts).send("GET /api/v1/session")).status).toBe(401);
  });

  test("of a wrong name and of a wrong password are told alike", async () => {
    const parts = await anApiWithPeople();
    const answers = await Promise.all([
      aBrowser(parts).logIn("nobody"),
      aBrowser(parts).logIn("wang", "another sentence"),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    expect(answers[0]!.body).toEqual(answers[1]!.body);
    expect(answers[0]!.answer.cookies).toEqual([]);
  });

  test("of somebody without a password, or shut out, is refused", async () => {
    const { identity, wang, ...parts } = await anApiWithPeople();
    identity.people.add({ login: "new", name: "new", grants: [{ role: "viewer" }] });
    expect((await aBrowser(parts).logIn("new")).status).toBe(401);
    identity.people.change(wang.id, { isActive: false });
    expect((await aBrowser(parts).logIn("wang")).status).toBe(403);
  });

  test("slows guessing down, and never for a browser that is known: a crew gets in while others guess", async () => {
    const parts = await anApiWithPeople({ loginTries: 3, loginTriesPerMinute: 1 });
    const crew = aBrowser(parts, { address: "10.0.0.7" });
    await crew.logIn("wang");
    await crew.send("DELETE /api/v1/session");
    const statuses: number[] = [];
    for (let guess = 0; guess < 5; guess++) {
      const { status, headers } = await aBrowser(parts, { address: `10.0.1.${guess}` }).logIn(
        "wang",
        `guess ${guess}`,
      );
      statuses.push(status);
      if (status === 429) expect(headers["retry-after"]).toBe("1");
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    // The right password from elsewhere waits as well: nobody learns from the delay.
    expect((await aBrowser(parts, { address: "10.0.2.1" }).logIn("wang")).status).toBe(429);
    expect((await crew.logIn("wang")).status).toBe(200);
    parts.clock.advance(60_000);
    expect((await aBrowser(parts, { address: "10.0.2.1" }).logIn("wang")).status).toBe(200);
  });

  test("counts wrong tries only, and by network: one address cannot try everybody", async () => {
    const parts = await anApiWithPeople({ loginTries: 2, loginTriesPerMinute: 1 });
    for (let time = 0; time < 9; time++) expect((await aBrowser(parts).logIn("wang")).status).toBe(200);
    const statuses: number[] = [];
    for (let guess = 0; guess < 7; guess++) {
      const address = `2001:db8:0:1::${guess + 1}`;
      statuses.push((await aBrowser(parts, { address }).logIn(`nobody${guess}`)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429]);
  });

  test("marks are for one person and end with the password", async () => {
    const parts = await anApiWithPeople({ loginTries: 1, loginTriesPerMinute: 0.001 });
    const browser = aBrowser(parts);
    await browser.logIn("wang");
    await aBrowser(parts, { address: "10.9.9.9" }).logIn("chief", "guess");
    expect((await browser.logIn("chief")).status).toBe(429);
    await aBrowser(parts, { address: "10.9.9.8" }).logIn("wang", "guess");
    expect((await browser.logIn("wang")).status).toBe(200);
    parts.clock.advance(1);
    parts.identity.people.setPassword(parts.wang.id, await parts.identity.passwords.hash(password));
    expect((await browser.logIn("wang")).status).toBe(429);
  });
});

describe("a session", () => {
  test("may do what the roles of its person say, at their sites, as they are now", async () => {
    const parts = await anApiWithPeople();
    const browser = aBrowser(parts);
    await browser.logIn("wang");
    expect((await browser.send("GET /api/v1/sites")).body.items).toMatchObject([{ id: "xinfa" }]);
    expect((await browser.send("GET /api/v1/sites/yida")).status).toBe(403);
    expect((await browser.send("POST /api/v1/sites", { id: "x", name: "x" })).status).toBe(403);
    parts.identity.people.change(parts.wang.id, { grants: [{ role: "admin" }] });
    expect((await browser.send("POST /api/v1/sites", { id: "x", name: "x" })).status).toBe(201);
  });

  test("of a stolen cookie ends with the log-out, with a new password, and when an administrator says so", async () => {
    const parts = await anApiWithPeople();
    const thief = aBrowser(parts, { address: "10.6.6.6" });
    const victim = aBrowser(parts);
    const chief = aBrowser(parts);
    const steal = async () => {
      await victim.logIn("wang");
      for (const [name, value] of victim.cookies) thief.cookies.set(name, value);
      expect((await thief.send("GET /api/v1/session")).status).toBe(200);
    };
    await steal();
    await victim.send("DELETE /api/v1/session");
    expect((await thief.send("GET /api/v1/session")).status).toBe(401);
    await steal();
    parts.clock.advance(1);
    const changed = await victim.send("PUT /api/v1/session/password", {
      old: password,
      new: "a longer sentence",
    });
    expect(changed.status).toBe(200);
    expect((await thief.send("GET /api/v1/session")).status).toBe(401);
    expect((await victim.send("GET /api/v1/session")).status).toBe(200);
    expect((await aBrowser(parts).logIn("wang", "a longer sentence")).status).toBe(200);
    await chief.logIn("chief");
    expect((await chief.send(`DELETE /api/v1/people/${parts.wang.id}/sessions`)).status).toBe(204);
    expect((await victim.send("GET /api/v1/session")).status).toBe(401);
  });

  test("sees and ends its own sisters and no others", async () => {
    const parts = await anApiWithPeople();
    const [one, two, other] = [aBrowser(parts), aBrowser(parts), aBrowser(parts)];
    await one.logIn("wang");
    await two.logIn("wang");
    await other.logIn("chief");
    const { items } = (await one.send("GET /api/v1/sessions")).body;
    expect(items.map(({ current }: { current: boolean }) => current)).toEqual([true, false]);
    expect((await other.send(`DELETE /api/v1/sessions/${items[1].id}`)).status).toBe(404);
    expect((await one.send(`DELETE /api/v1/sessions/${items[1].id}`)).status).toBe(204);
    expect((await two.send("GET /api/v1/session")).status).toBe(401);
  });

  test("does not change the password without the old one, nor to one that is guessed first", async () => {
    const parts = await anApiWithPeople();
    const browser = aBrowser(parts);
    await browser.logIn("wang");
    const change = (old: string, next: string) =>
      browser.send("PUT /api/v1/session/password", { old, new: next });
    expect((await change("wrong wrong wrong", "a longer sentence")).status).toBe(401);
    const weak = await change(password, "wangwang12345");
    expect([weak.status, weak.body.errors[0].path]).toEqual([400, "body.new"]);
    expect((await aBrowser(parts).logIn("wang")).status).toBe(200);
  });
});

describe("another site's page", () => {
  const evil = "http://evil.example";

  test.each([
    ["its origin", { origin: evil }],
    ["an origin that hides", { origin: "null" }],
    ["a look-alike", { origin: `http://${host}.evil.example` }],
    ["the port next door", { origin: `http://${host}:8081` }],
    ["no origin but a browser's word", { origin: "", "sec-fetch-site": "cross-site" }],
    ["a sister domain", { origin: "", "sec-fetch-site": "same-site" }],
  ])("cannot do anything in somebody's name: %s", async (_, headers) => {
    const parts = await anApiWithPeople();
    const browser = aBrowser(parts);
    await browser.logIn("chief");
    const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));
    const add = (more: Record<string, string>) =>
      parts.api.inject({
        method: "POST",
        url: "/api/v1/sites",
        payload: { id: "evil", name: "evil" },
        headers: { host, cookie: [...browser.cookies].map((pair) => pair.join("=")).join("; "), ...more },
      });
    expect((await add(given)).statusCode).toBe(403);
    expect((await add({})).statusCode).toBe(403);
    expect((await add({ origin: `http://${host}` })).statusCode).toBe(201);
  });

  test("cannot log somebody in as itself", async () => {
    const parts = await anApiWithPeople();
    const payload = { login: "wang", password };
    const answer = await parts.api.inject({
      ...{ method: "POST", url: "/api/v1/session", payload, headers: { host, origin: evil } },
    });
    expect(answer.statusCode).toBe(403);
  });

  test("is let in when the settings list its origin, for a proxy that changes the name", async () => {
    const parts = await anApiWithPeople({ origins: [evil] });
    const browser = aBrowser(parts);
    await browser.logIn("chief");
    const { status } = await browser.send("POST /api/v1/sites", { id: "x", name: "x" }, { origin: evil });
    expect(status).toBe(201);
  });
});

describe("the pages without script", () => {
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const fill = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

  test("let a person in, welcome and let out, and show names as text", async () => {
    const parts = await anApiWithPeople();
    parts.identity.people.change(parts.wang.id, { name: "<img src=x onerror=alert(1)>" });
    const browser = aBrowser(parts);
    const page = await browser.send("GET /login");
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.body).toContain('<form method="post" action="/login">');
    const wrong = await browser.send("POST /login", fill({ login: '"><script>', password: "x" }), form);
    expect([wrong.status, wrong.body.includes("<script>")]).toEqual([401, false]);
    expect(wrong.body).toContain("登录名或密码不对");
    const right = await browser.send("POST /login", fill({ login: "wang", password }), form);
    expect([right.status, right.headers.location]).toEqual([303, "/"]);
    const welcome = (await browser.send("GET /login")).body;
    expect(welcome).toContain("&#60;img src=x");
    expect(welcome).not.toContain("<img");
    expect((await browser.send("POST /logout", "", form)).status).toBe(303);
    expect((await browser.send("GET /login")).body).toContain("<form method");
    expect((await browser.send("GET /api/v1/session")).status).toBe(401);
  });

  test("a link shows on GET and acts on POST, once; a forged or used one says so", async () => {
    const parts = await anApiWithPeople();
    const { body } = await parts.call("admin", "POST /api/v1/people", {
      ...{ login: "li", name: "李工", grants: [{ role: "engineer", site: "xinfa" }] },
    });
    const path = new URL(body.link.url).pathname;
    const browser = aBrowser(parts);
    for (let look = 0; look < 3; look++) expect((await browser.send(`GET ${path}`)).body).toContain("李工");
    const weak = await browser.send(`POST ${path}`, fill({ password: "1234567890" }), form);
    expect(weak.status).toBe(400);
    const done = await browser.send(`POST ${path}`, fill({ password }), form);
    expect(done.status).toBe(303);
    expect((await browser.send("GET /api/v1/session")).body).toMatchObject({
      ...{ login: "li", grants: [{ role: "engineer", site: "xinfa" }] },
    });
    const thief = aBrowser(parts);
    expect((await thief.send(`GET ${path}`)).status).toBe(404);
    expect((await thief.send(`POST ${path}`, fill({ password: "thief's own words" }), form)).status).toBe(
      404,
    );
    expect((await thief.send("GET /link/0000000000forged")).status).toBe(404);
  });
});

describe("people", () => {
  const wang2 = { login: "wang2", name: "王二", grants: [{ role: "firefighter", site: "xinfa" }] };

  test("are invited with a link that two cannot use at once", async () => {
    const parts = await anApiWithPeople();
    const { status, body } = await parts.call("admin", "POST /api/v1/people", wang2);
    expect(status).toBe(201);
    const link = body.link.url.split("/link/")[1];
    expect(body).toMatchObject({
      person: { ...wang2, active: true, passwordAt: null },
      link: { purpose: "invite" },
    });
    const looked = await parts.call("nobody", "POST /api/v1/links/look", { link });
    expect(looked.body).toMatchObject({ login: "wang2", name: "王二", purpose: "invite" });
    const uses = await Promise.all(
      ["one good sentence", "two good sentences"].map((word) =>
        aBrowser(parts).send("POST /api/v1/links/use", { link, password: word }),
      ),
    );
    expect(uses.map(({ status: answer }) => answer).sort()).toEqual([200, 404]);
  });

  test("an administrator of one site sees, invites and changes people of that site alone, and cannot rise", async () => {
    const parts = await anApiWithPeople();
    const { wang, chief } = parts;
    const both = parts.aPerson("both", [
      { role: "admin", site: "yida" },
      { role: "viewer", site: "xinfa" },
    ]);
    const own = parts.aPerson("own", [{ role: "manager", site: "yida" }]);
    const { items } = (await parts.call("yidaAdmin", "GET /api/v1/people")).body;
    expect(items.map(({ login }: { login: string }) => login)).toEqual(["own"]);
    for (const { id } of [wang, chief, both]) {
      expect((await parts.call("yidaAdmin", `POST /api/v1/people/${id}/link`)).status).toBe(404);
      expect((await parts.call("yidaAdmin", `PATCH /api/v1/people/${id}`, { active: false })).status).toBe(
        404,
      );
      expect((await parts.call("yidaAdmin", `DELETE /api/v1/people/${id}`)).status).toBe(404);
    }
    const rise = { grants: [{ role: "admin" }] };
    expect((await parts.call("yidaAdmin", `PATCH /api/v1/people/${own.id}`, rise)).status).toBe(403);
    expect((await parts.call("yidaAdmin", "POST /api/v1/people", wang2)).status).toBe(403);
    const mine = { ...wang2, grants: [{ role: "admin", site: "yida" }] };
    expect((await parts.call("yidaAdmin", "POST /api/v1/people", mine)).status).toBe(201);
    expect((await parts.call("yidaAdmin", `POST /api/v1/people/${own.id}/link`)).status).toBe(201);
  });

  test("who is shut out is out at once, and the link of before is dead", async () => {
    const parts = await anApiWithPeople();
    const browser = aBrowser(parts);
    await browser.logIn("wang");
    const link = (await parts.call("admin", `POST /api/v1/people/${parts.wang.id}/link`)).body;
    expect(link.purpose).toBe("reset");
    const { body } = await parts.call("admin", `PATCH /api/v1/people/${parts.wang.id}`, { active: false });
    expect(body.active).toBe(false);
    expect((await browser.send("GET /api/v1/session")).status).toBe(401);
    expect((await browser.send(`GET ${new URL(link.url).pathname}`)).status).toBe(404);
    expect((await parts.call("admin", `POST /api/v1/people/${parts.wang.id}/link`)).status).toBe(409);
  });
});

test("the audit trail has every way in and out, and no password, no mistyped log-in and no link", async () => {
  const parts = await anApiWithPeople();
  const browser = aBrowser(parts);
  await browser.logIn("wang", "wrong wrong wrong");
  await browser.logIn("a mistyped password");
  await browser.logIn("wang");
  await browser.send("PUT /api/v1/session/password", { old: password, new: "a longer sentence" });
  await browser.send("DELETE /api/v1/session");
  const { body } = await parts.call("admin", `POST /api/v1/people/${parts.wang.id}/link`);
  const link = body.link?.url ?? body.url;
  await aBrowser(parts).send("POST /api/v1/links/use", { link: link.split("/link/")[1], password });
  await parts.call("admin", `PATCH /api/v1/people/${parts.wang.id}`, { active: false, name: "张三" });
  const rows = parts.audit.list({ limit: 100 }).items.toReversed();
  const wang = `person:${parts.wang.id}`;
  expect(rows.map(({ action, by, target, outcome }) => [action, by, target, outcome])).toEqual([
    ["login", "nobody", wang, "refused"],
    ["login", "nobody", null, "refused"],
    ["login", wang, null, "done"],
    ["login", wang, null, "done"],
    ["changePassword", wang, null, "done"],
    ["logOut", wang, null, "done"],
    ["makeLink", expect.stringMatching(/^token:/), wang, "done"],
    ["password-set", wang, null, "done"],
    ["login", wang, null, "done"],
    ["changePerson", expect.stringMatching(/^token:/), wang, "done"],
  ]);
  const text = JSON.stringify(rows);
  for (const secret of [password, "a longer sentence", "mistyped", link.split("/link/")[1], "张三"]) {
    expect(text).not.toContain(secret);
  }
});
