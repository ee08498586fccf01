import { expect, test } from "vitest";
import { anApi } from "./api-support.ts";

const password = "a short sentence";

test("the log-in page leads back to the screen that asked for it, and never to another host", async () => {
  const { api, identity } = await anApi();
  const wang = identity.people.add({ login: "wang", name: "王", grants: [{ role: "viewer" }] });
  identity.people.setPassword(wang.id, await identity.passwords.hash(password));
  const logIn = async (to: string, word = password) => {
    const answer = await api.inject({
      method: "POST",
      url: `/login?to=${encodeURIComponent(to)}`,
      headers: {
        ...{ host: "gate.example", origin: "http://gate.example" },
        "content-type": "application/x-www-form-urlencoded",
      },
      payload: new URLSearchParams({ login: "wang", password: word }).toString(),
    });
    return { location: answer.headers.location, body: answer.body };
  };
  const to = "/devices/xinfa/bin-1?tab=history";
  const form = `action="/login?to=${encodeURIComponent(to)}"`;
  const shown = await api.inject({ method: "GET", url: `/login?to=${encodeURIComponent(to)}` });
  expect(shown.body).toContain(form);
  expect((await logIn(to, "another sentence")).body).toContain(form);
  expect((await logIn(to)).location).toBe(to);
  for (const evil of [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "x",
    "/a\nb",
    '/"><script>',
  ]) {
    expect([evil, (await logIn(evil)).location]).toEqual([evil, "/"]);
  }
});
