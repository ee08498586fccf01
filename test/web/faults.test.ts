import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setLanguage } from "../../dashboards/web/i18n/language.ts";
import { sayFault } from "../../dashboards/web/property/form/faults.ts";
import { aBin, anApi } from "../unit/api/api-support.ts";
import { aChange } from "../unit/live/live-support.ts";

type Parts = Awaited<ReturnType<typeof anApi>>;

/** A gateway with a person, a building, an account and an alert that somebody has seen. */
async function aGateway(): Promise<Parts> {
  const parts = await anApi();
  aBin(parts, "bin-1", { building: "1号楼" });
  parts.identity.people.add({ login: "wang", name: "王队长", grants: [{ role: "admin" }] });
  parts.access.addAccount({ name: "bridge", publish: ["a/#"], subscribe: [] });
  await parts.call("admin", "POST /api/v1/sites/xinfa/buildings", { name: "2号楼" });
  parts.raise(aChange({ alert: "a-1", rule: "fire" }));
  return parts;
}

/** What the API says when it refuses: each fault, or the whole. */
async function refusalsOf(parts: Parts, request: string, body?: unknown): Promise<string[]> {
  const answer = await parts.call("admin", request, body);
  expect([request, answer.status]).toEqual([
    request,
    expect.toSatisfy((status) => status >= 400 && status < 500),
  ]);
  const { errors = [], detail } = answer.body as { errors?: { message: string }[]; detail: string };
  return errors.length > 0 ? errors.map(({ message }) => message) : [detail];
}

describe("what the gateway refuses is said in the reader's language", () => {
  beforeEach(() => setLanguage("zh"));
  afterEach(() => setLanguage("zh"));

  test.each([
    [
      "a log-in that is taken",
      "POST /api/v1/people",
      { login: "WANG", name: "李", grants: [{ role: "viewer" }] },
      "已有人使用",
    ],
    [
      "a name that is taken",
      "POST /api/v1/people",
      { login: "li", name: "王队长", grants: [{ role: "viewer" }] },
      "已有 王队长",
    ],
    [
      "a name that is empty",
      "POST /api/v1/people",
      { login: "li", name: " ", grants: [{ role: "viewer" }] },
      "请填写此项",
    ],
    [
      "a name that is too long",
      "POST /api/v1/people",
      { login: "li", name: "长".repeat(101), grants: [{ role: "viewer" }] },
      "最多 100 个字",
    ],
    [
      "a role that is none",
      "POST /api/v1/people",
      { login: "li", name: "李", grants: [{ role: "king" }] },
      "不是可选的值",
    ],
    [
      "an id with a space",
      "POST /api/v1/accounts",
      { name: "my bridge", publish: ["a/#"], subscribe: [] },
      "1 到 64 个字母",
    ],
    [
      "an account that is there",
      "POST /api/v1/accounts",
      { name: "bridge", publish: ["a/#"], subscribe: [] },
      "已有账户 bridge",
    ],
    [
      "a token that has ended",
      "POST /api/v1/tokens",
      { name: "t", role: "viewer", expiresAt: "2020-01-01T00:00:00Z" },
      "必须晚于现在",
    ],
    ["a site that is there", "POST /api/v1/sites", { id: "xinfa", name: "新发" }, "已有编号为 xinfa 的小区"],
    ["a telephone number that is none", "PATCH /api/v1/sites/xinfa", { phone: "问门卫" }, "0592-5551190"],
    ["a building that is there", "POST /api/v1/sites/xinfa/buildings", { name: "2号楼" }, "已有“2号楼”"],
    ["a site with devices", "DELETE /api/v1/sites/xinfa", undefined, "还有 1 台设备"],
    [
      "a device that is there",
      "POST /api/v1/sites/xinfa/devices",
      { kind: "waste-bin", id: "bin-1", name: "桶" },
      "编号 bin-1 已被",
    ],
    [
      "a kind that is none",
      "POST /api/v1/sites/xinfa/devices",
      { kind: "toaster", id: "t", name: "炉" },
      "没有“toaster”",
    ],
    [
      "somebody who answers no alerts",
      "POST /api/v1/alerts/a-1/assign",
      { assignee: "路人" },
      "“路人”不能处理",
    ],
    ["an alert that is gone", "POST /api/v1/alerts/none/acknowledge", {}, "已经不存在"],
  ])("%s", async (_, request, body, said) => {
    const messages = await refusalsOf(await aGateway(), request, body);
    expect(messages.map(sayFault).join(" ")).toContain(said);
    setLanguage("en");
    expect(messages.map(sayFault).join(" ")).not.toContain(said === "0592-5551190" ? "请填" : said);
  });

  test("a table of devices, line by line", async () => {
    const parts = await aGateway();
    const table =
      "kind,id,name,interval,fact.depthMm\nwaste-bin,x y,n,,\nwaste-bin,b,n,soon,\nwaste-bin,c,n,,deep\nwaste-bin,a,,,\nwaste-bin,a,,,\n";
    const { body } = await parts.call("admin", "POST /api/v1/sites/xinfa/devices/import?dryRun=true", table, {
      "content-type": "text/csv",
    });
    const said = (body.faults as { message: string }[]).map(({ message }) => sayFault(message)).join("\n");
    for (const words of ["1 到 64 个字母", "30s、10min", "重复", "值“deep”不对"])
      expect(said).toContain(words);
  });

  test("a sentence that nobody translated stays as it is", () => {
    expect(sayFault("the moon is full")).toBe("the moon is full");
  });
});
