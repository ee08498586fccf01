import { expect, test } from "vitest";
import { anApi } from "./api-support.ts";

const device = "/api/v1/sites/xinfa/devices/v-1/limits";
const site = "/api/v1/sites/xinfa/limits";

test("a number of a rule comes from the kind, the site or the device, and says so", async () => {
  const parts = await anApi();
  parts.registry.addDevice("xinfa", { kind: "irrigation-valve", id: "v-1" });
  const effective = async () => {
    const { body } = await parts.call("viewer", `GET ${device}`);
    return body.items.find((item: { rule: string }) => item.rule === "leak");
  };
  const { limit, value } = await effective();
  expect(await effective()).toMatchObject({ source: "kind", value, kindValue: value });

  const ofSite = { kind: "irrigation-valve", rule: "leak", limit, value: value + 1 };
  const put = await parts.call("manager", `PUT ${site}`, ofSite);
  expect(put.body).toEqual({ items: [ofSite], next: null });
  expect(await effective()).toMatchObject({ source: "site", value: value + 1, kindValue: value });

  await parts.call("manager", `PUT ${device}`, { rule: "leak", limit, value: value + 2 });
  expect(await effective()).toMatchObject({ source: "device", value: value + 2 });

  expect((await parts.call("manager", `DELETE ${device}?rule=leak&limit=${limit}`)).status).toBe(204);
  expect(await effective()).toMatchObject({ source: "site" });
  const query = `kind=irrigation-valve&rule=leak&limit=${limit}`;
  expect((await parts.call("manager", `DELETE ${site}?${query}`)).status).toBe(204);
  expect(await effective()).toMatchObject({ source: "kind", value });
});

test("an unknown rule or number is refused", async () => {
  const parts = await anApi();
  parts.registry.addDevice("xinfa", { kind: "irrigation-valve", id: "v-1" });
  const answer = await parts.call("manager", `PUT ${device}`, { rule: "no-such", limit: "x", value: 1 });
  expect(answer.status).toBe(400);
});

test("a site tells its own numbers, and on request which devices have others", async () => {
  const parts = await anApi();
  parts.registry.addDevice("xinfa", { kind: "waste-bin", id: "b-1" });
  const ofSite = { kind: "waste-bin", rule: "overfull", limit: "atLeast", value: 0.92 };
  await parts.call("manager", `PUT ${site}`, ofSite);
  const own = { rule: "overfull", limit: "atLeast", value: 0.99 };
  await parts.call("manager", "PUT /api/v1/sites/xinfa/devices/b-1/limits", own);
  expect((await parts.call("viewer", `GET ${site}`)).body.items).toEqual([ofSite]);
  const { body } = await parts.call("viewer", `GET ${site}?devices=true`);
  expect(body.items).toContainEqual(ofSite);
  expect(body.items).toContainEqual({ ...own, kind: "waste-bin", device: "xinfa/waste-bin/b-1" });
});
