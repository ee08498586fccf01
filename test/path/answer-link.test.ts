import { afterEach, expect, test } from "vitest";
import { type AnswerFire, anAnswerFire, linkLifeMs } from "../support/answer-fire.ts";

let fire: AnswerFire;
afterEach(() => fire.gateway.stop());

interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Path of the form's next link, when the page has one. */
  readonly next: string;
  readonly buttons: string[];
}

async function ask(method: string, path: string, more: RequestInit = {}): Promise<Page> {
  const response = await fetch(fire.gateway.url + path, { method, ...more });
  const { status, headers } = response;
  const text = await response.text();
  const buttons = [...text.matchAll(/name="step" value="([^"]+)"/g)].map(([, step]) => step as string);
  return { status, headers, text, buttons, next: `/a/${/ action="([^"]+)"/.exec(text)?.[1] ?? ""}` };
}

const press = (path: string, step?: string, headers: Record<string, string> = {}) =>
  ask("POST", path, step === undefined ? { headers } : { headers, body: new URLSearchParams({ step }) });

test("a link shows the alarm to whoever opens it, in the browser's language, and changes nothing", async () => {
  fire = await anAnswerFire();
  const { linkFor, clock, shown } = fire;
  clock.advance(3 * 60_000);
  const link = linkFor("c-zhang");
  const page = await ask("GET", link);
  expect(page.status).toBe(200);
  for (const text of [
    "新发小区",
    "12号楼",
    "3层",
    "大厅烟感 1",
    "2026-01-15 15:06:40",
    "3 分钟前",
    "待接警",
    "张伟",
    "tel:119",
  ]) {
    expect(page.text).toContain(text);
  }
  expect(page.buttons).toEqual(["acknowledged"]);
  expect(page.text).not.toMatch(/<script|false-alarm|误报/);
  expect(page.headers.get("cache-control")).toBe("no-store");
  expect(page.headers.get("x-robots-tag")).toBe("noindex");
  expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(page.headers.get("set-cookie")).toBeNull();

  const english = await ask("GET", link, { headers: { "accept-language": "en-GB,en;q=0.9,zh;q=0.5" } });
  expect(english.text).toContain('<html lang="en">');
  expect(english.text).toMatch(/3 min ago.*nobody has acknowledged/s);
  const head = await ask("HEAD", link);
  expect([head.status, head.text]).toEqual([200, ""]);
  expect((await shown()).state).toBe("detected");
});

test("a crew goes from the link to 'under control' on one phone, each page giving the next link", async () => {
  fire = await anAnswerFire();
  const { gateway, linkFor, shown, clock } = fire;
  const first = linkFor("c-zhang");
  const acknowledged = await press(first, "acknowledged");
  expect(acknowledged.status).toBe(200);
  expect(acknowledged.text).toContain("已记录");
  expect(acknowledged.buttons).toEqual(["dispatched", "arrived"]);
  expect((await shown()).times).toMatchObject({ acknowledged: { by: "张伟" } });
  const { body: alert } = await gateway.call("GET", `/alerts/${fire.incident.alarms[0]!.alert}`);
  expect(alert).toMatchObject({ acknowledgedBy: "张伟" });

  clock.advance(60_000);
  const set = await press(acknowledged.next, "dispatched");
  expect(set.buttons).toEqual(["arrived"]);
  const there = await press(set.next, "arrived");
  expect(there.buttons).toEqual(["controlled"]);
  const controlled = await press(there.next, "controlled");
  expect([controlled.status, controlled.buttons]).toEqual([200, []]);
  expect(controlled.text).toContain("结案");
  expect(await shown()).toMatchObject({ state: "controlled", times: { dispatched: { by: "张伟" } } });
  for (const used of [first, acknowledged.next, set.next, there.next]) {
    expect((await press(used, "arrived")).status).toBe(409);
    expect((await ask("GET", used)).buttons).toEqual([]);
  }
});

test("of two who press at once one is told that it is recorded, the other by whom", async () => {
  fire = await anAnswerFire();
  const pages = await Promise.all([press(fire.linkFor("c-zhang")), press(fire.linkFor("c-li"))]);
  const { by } = (await fire.shown()).times.acknowledged!;
  const [winner, loser] = by === "张伟" ? pages : pages.toReversed();
  expect([winner!.status, loser!.status]).toEqual([200, 409]);
  expect(loser!.text).toContain(by);
  expect(loser!.text).toMatch(/15:06:40 已接警/);
  // Who comes second may be the first on scene.
  expect(loser!.buttons).toEqual(["dispatched", "arrived"]);
});

test("who presses twice, or by two links, is told that it is done", async () => {
  fire = await anAnswerFire();
  const [one, other] = [fire.linkFor("c-zhang"), fire.linkFor("c-zhang", fire.incident.alarms[0]!.alert)];
  expect((await press(one)).status).toBe(200);
  const again = await press(one);
  expect(again.status).toBe(409);
  expect(again.text).toContain("已经用过");
  const byAlert = await press(other);
  expect([byAlert.status, byAlert.buttons]).toEqual([200, []]);
  expect((await fire.shown()).state).toBe("acknowledged");
});

test("a step that is not the next one is refused: nobody controls from his bed what nobody has reached", async () => {
  fire = await anAnswerFire();
  const { status, buttons } = await press(fire.linkFor("c-zhang"), "controlled");
  expect([status, buttons]).toEqual([409, ["acknowledged"]]);
  expect((await press(fire.linkFor("c-zhang"), "false-alarm")).status).toBe(400);
  expect((await fire.shown()).state).toBe("detected");
});

test("a link of a contact who is not called any more, one that is over and one that is forged do nothing", async () => {
  fire = await anAnswerFire();
  const { linkFor, strike, clock, shown } = fire;
  const [struck, old] = [linkFor("c-li"), linkFor("c-zhang")];
  await strike("c-li");
  const forged = `${old.slice(0, -1)}${old.endsWith("x") ? "y" : "x"}`;
  clock.advance(linkLifeMs - 1);
  expect((await ask("GET", old)).buttons).toEqual(["acknowledged"]);
  clock.advance(1);
  for (const [link, status] of [
    [struck, 410],
    [old, 410],
    [forged, 404],
    ["/a/nothing", 404],
  ] as const) {
    for (const method of ["GET", "POST"]) {
      const page = await ask(method, link);
      expect([link, method, page.status, page.buttons]).toEqual([link, method, status, []]);
      expect(page.text).not.toMatch(/12号楼|新发|张伟|李娜/);
    }
  }
  expect((await shown()).state).toBe("detected");
});

test("another site's page cannot press the button in somebody's browser", async () => {
  fire = await anAnswerFire();
  const link = fire.linkFor("c-zhang");
  expect((await press(link, "acknowledged", { origin: "https://evil.example" })).status).toBe(403);
  expect((await fire.shown()).state).toBe("detected");
  expect((await press(link, "acknowledged", { origin: fire.gateway.url })).status).toBe(200);
});

test("what is done by link stands in the audit trail under the contact's id; no token stands there, in the journal or in the metrics", async () => {
  fire = await anAnswerFire();
  const { gateway, linkFor, incident } = fire;
  const link = linkFor("c-zhang");
  const { next } = await press(link);
  await press(link);
  const late = linkFor("c-li");
  await press(late, "acknowledged");
  const { body } = await gateway.call<{ items: object[] }>("GET", "/audit?action=answerForm");
  const row = { action: "answerForm", via: "link", target: `incident:${incident.id}`, site: "xinfa" };
  expect(body.items).toMatchObject([
    { ...row, by: "contact:c-li", outcome: "refused", code: "taken" },
    { ...row, by: "contact:c-zhang", outcome: "refused", code: "used" },
    { ...row, by: "contact:c-zhang", outcome: "done", detail: { step: "acknowledged" } },
  ]);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toMatch(/linli_answer_links_total\{result="done"\} 1/);
  const audit = JSON.stringify((await gateway.call("GET", "/audit")).body);
  const record = JSON.stringify((await gateway.call("GET", `/incidents/${incident.id}`)).body);
  for (const token of [link, next, late].map((path) => path.slice("/a/".length))) {
    expect(token.length).toBeGreaterThan(50);
    for (const text of [metrics, audit, record]) expect(text).not.toContain(token);
  }
});

test("used links stay used over a restart, and others go on working", async () => {
  fire = await anAnswerFire();
  const link = fire.linkFor("c-zhang");
  const { next } = await press(link);
  await fire.gateway.restart();
  expect((await press(link)).status).toBe(409);
  expect((await press(next, "dispatched")).status).toBe(200);
});

test("the printed record shows the times of the gateway's zone, and says which", async () => {
  fire = await anAnswerFire({ config: { ingest: { zone: "+05:30" } } });
  const { gateway, incident } = fire;
  const authorization = `Bearer ${gateway.token}`;
  const { text } = await ask("GET", `/incidents/${incident.id}`, { headers: { authorization } });
  expect(text).toContain("2026-01-15 12:36:40");
  expect(text).toContain("UTC+05:30");
  expect(text).not.toContain("07:06:40");
});
