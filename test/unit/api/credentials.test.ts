import { describe, expect, test } from "vitest";
import { aBin, anApi } from "./api-support.ts";

const bin = "/api/v1/sites/xinfa/devices/bin-1";

describe("the credentials of a device", () => {
  test("are rotated with an overlap, and the device shows how far it is without a secret", async () => {
    const parts = await anApi();
    const { body: made } = await parts.call("manager", "POST /api/v1/sites/xinfa/devices", {
      ...{ kind: "waste-bin", id: "bin-1" },
    });
    const { password } = made.credentials;
    parts.access.identify("xinfa/bin-1", Buffer.from(password));
    const { status, body } = await parts.call("manager", `POST ${bin}/credentials/rotate`, {
      overlapS: 3600,
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      username: "xinfa/bin-1",
      password: expect.stringMatching(/^[0-9a-z]{26}$/),
      mqtt: { port: 1883, tls: false, topic: "linli/v1/xinfa/waste-bin/bin-1" },
      previousUntil: new Date(parts.clock.now() + 3_600_000).toISOString(),
    });
    const shown = await parts.call("viewer", `GET ${bin}`);
    expect(shown.body.credentials).toEqual({
      state: "rotating",
      issuedAt: new Date(parts.clock.now()).toISOString(),
      isUsed: false,
      previousUntil: body.previousUntil,
      lastUsedAt: new Date(parts.clock.now()).toISOString(),
      revokedAt: null,
      claimUntil: null,
    });
    expect(JSON.stringify(shown.body)).not.toContain(body.password);
    expect((await parts.call("manager", `POST ${bin}/credentials/rotate`)).body.previousUntil).toBeNull();
    for (const overlapS of [-1, 1.5, "1h", 1e9]) {
      const refused = await parts.call("manager", `POST ${bin}/credentials/rotate`, { overlapS });
      expect(refused.body.errors).toMatchObject([{ path: "body.overlapS" }]);
    }
  });

  test("are revoked and come back", async () => {
    const parts = await anApi();
    aBin(parts);
    const revoked = await parts.call("manager", `POST ${bin}/credentials/revoke`);
    expect(revoked).toMatchObject({ status: 200, body: { state: "revoked" } });
    const back = await parts.call("manager", `POST ${bin}/credentials/rotate`);
    expect(parts.access.identify(back.body.username, Buffer.from(back.body.password))).toBeDefined();
  });

  test("of many are rotated together; who has none is skipped, and an unknown id stops all", async () => {
    const parts = await anApi();
    for (const id of ["bin-1", "bin-2", "bin-3"]) aBin(parts, id);
    parts.access.devices.revoke(parts.registry.deviceAt("xinfa", "bin-3")!);
    const url = "POST /api/v1/sites/xinfa/credentials/rotate";
    const wrong = await parts.call("manager", url, { ids: ["bin-1", "bin-9"] });
    expect(wrong).toMatchObject({ status: 404, body: { detail: expect.stringContaining("bin-9") } });
    const { body } = await parts.call("manager", url, {
      ids: ["bin-1", "bin-2", "bin-3", "bin-1"],
      overlapS: 60,
    });
    expect(body.skipped).toEqual(["xinfa/waste-bin/bin-3"]);
    expect(body.items.map(({ device }: { device: string }) => device)).toEqual([
      "xinfa/waste-bin/bin-1",
      "xinfa/waste-bin/bin-2",
    ]);
    for (const { username, password } of body.items) {
      expect(parts.access.identify(username, Buffer.from(password))).toBeDefined();
    }
  });
});

describe("a claim code", () => {
  test("is answered at the registration and exchanged once, without a token", async () => {
    const parts = await anApi();
    const { body: made } = await parts.call("manager", "POST /api/v1/sites/xinfa/devices", {
      ...{ kind: "waste-bin", id: "bin-1", claim: true },
    });
    expect(made.credentials).toBeUndefined();
    expect(made.device.credentials).toMatchObject({ state: "unclaimed", claimUntil: made.claim.expiresAt });
    const { code } = made.claim;
    const claimed = await parts.call("nobody", "POST /api/v1/claims", { code: code.toLowerCase() });
    expect(claimed).toMatchObject({
      status: 200,
      body: {
        ...{ site: "xinfa", kind: "waste-bin", id: "bin-1", username: "xinfa/bin-1" },
        mqtt: { port: 1883, tls: false, topic: "linli/v1/xinfa/waste-bin/bin-1" },
      },
    });
    expect(claimed.body.mqtt.host).toBeUndefined();
    const { username, password } = claimed.body;
    expect(parts.access.identify(username, Buffer.from(password))).toBeDefined();
    expect((await parts.call("nobody", "POST /api/v1/claims", { code })).status).toBe(404);
  });

  test("that is used, expired or unknown gets one answer, to the letter", async () => {
    const parts = await anApi({ state: { claimValidS: 60 } });
    const [used, expired] = ["bin-1", "bin-2"].map((id) => {
      const known = aBin(parts, id);
      return parts.access.devices.makeCodes([known])[0]!.code;
    });
    parts.access.devices.claim(used!);
    parts.clock.advance(60_000);
    const answers = await Promise.all(
      [used, expired, "00000-00000-00000-00000"].map((code) =>
        parts.call("nobody", "POST /api/v1/claims", { code }),
      ),
    );
    const seen = answers.map(({ status, body, headers }) =>
      JSON.stringify([status, body, { ...headers, date: undefined }]),
    );
    expect(answers[0]!.status).toBe(404);
    expect(new Set(seen).size).toBe(1);
  });

  test("may be tried so often by one address, and by all together, and each trial is counted", async () => {
    const parts = await anApi({
      settings: { claimsPerMinute: 2, claimsPerMinuteInAll: 3, trustProxy: ["127.0.0.1"] },
    });
    const { code } = parts.access.devices.makeCodes([aBin(parts)])[0]!;
    const from = async (address: string, tried = "00000-00000-00000-00000") => {
      const more = { "x-forwarded-for": address };
      return (await parts.call("nobody", "POST /api/v1/claims", { code: tried }, more)).status;
    };
    expect([await from("10.0.0.1"), await from("10.0.0.1"), await from("10.0.0.1")]).toEqual([404, 404, 429]);
    expect([await from("10.0.0.2"), await from("10.0.0.3", code)]).toEqual([404, 429]);
    parts.clock.advance(60_000);
    expect(await from("10.0.0.1", code)).toBe(200);
    const text = await parts.metrics.text();
    for (const line of ['"refused"} 3', '"claimed"} 1', '"address-limit"} 1', '"limit"} 1']) {
      expect(text).toContain(`linli_claims_total{result=${line}`);
    }
  });

  test("tells where to connect as the settings say", async () => {
    const parts = await anApi({ settings: { mqttHost: "mqtt.example.com", mqttPort: 8883 } });
    const { code } = parts.access.devices.makeCodes([aBin(parts)])[0]!;
    const { body } = await parts.call("nobody", "POST /api/v1/claims", { code });
    expect(body.mqtt).toMatchObject({ host: "mqtt.example.com", port: 8883 });
  });

  test("is made for labels of all who wait, by kind and building, or for those that are named", async () => {
    const parts = await anApi();
    const add = (kind: string, id: string, more = {}) =>
      parts.call("manager", "POST /api/v1/sites/xinfa/devices", { kind, id, ...more });
    const first = await add("waste-bin", "bin-1", { claim: true, building: "7号楼", name: "厨余桶" });
    await add("waste-bin", "bin-2", { claim: true });
    await add("parking-sensor", "bay-1", { claim: true });
    await add("waste-bin", "bin-3");
    const order = async (body?: object) => {
      const { body: answer } = await parts.call("manager", "POST /api/v1/sites/xinfa/claim-codes", body);
      return answer.items as { device: string; name: string; building: string | null; code: string }[];
    };
    const ids = (items: { device: string }[]) => items.map(({ device }) => device.split("/")[2]);
    expect(ids(await order())).toEqual(["bay-1", "bin-1", "bin-2"]);
    expect(ids(await order({ kind: "waste-bin" }))).toEqual(["bin-1", "bin-2"]);
    const [label] = await order({ building: "7号楼" });
    expect(label).toMatchObject({ device: "xinfa/waste-bin/bin-1", name: "厨余桶", building: "7号楼" });
    expect(ids(await order({ ids: ["bin-3"] }))).toEqual(["bin-3"]);
    expect(parts.access.devices.claim(first.body.claim.code)).toBeUndefined();
    expect(parts.access.devices.claim(label!.code)).toMatchObject({ id: "bin-1" });
  });

  test("comes out of an import, for all rows or those that ask for it", async () => {
    const parts = await anApi();
    const csv = "kind,id,claim\nwaste-bin,b1,yes\nwaste-bin,b2,否\nwaste-bin,b3,\n";
    const send = (query: string, text: string) =>
      parts.call("manager", `POST /api/v1/sites/xinfa/devices/import${query}`, text, {
        "content-type": "text/csv",
      });
    const wrong = await send("", csv.replace("yes", "perhaps"));
    expect(wrong.body.errors).toEqual([{ path: "line 2, claim", message: 'yes or no, got "perhaps"' }]);
    const { body } = await send("?claim=true", csv);
    const kinds = body.added.map(({ credentials, claim }: Record<string, unknown>) => [
      credentials !== undefined,
      claim !== undefined,
    ]);
    expect(kinds).toEqual([
      [false, true],
      [true, false],
      [false, true],
    ]);
  });
});

test("a service account is rotated, revoked and listed with its last use", async () => {
  const parts = await anApi();
  await parts.call("admin", "POST /api/v1/accounts", { name: "bridge", publish: ["a/#"], subscribe: [] });
  const rotated = await parts.call("admin", "POST /api/v1/accounts/bridge/credentials/rotate", {
    overlapS: 60,
  });
  expect(rotated.body.previousUntil).toBe(new Date(parts.clock.now() + 60_000).toISOString());
  expect(parts.access.identify("bridge", Buffer.from(rotated.body.password))).toBeDefined();
  const [listed] = (await parts.call("admin", "GET /api/v1/accounts")).body.items;
  expect(listed.credentials).toMatchObject({
    ...{ state: "rotating", isUsed: true, lastUsedAt: new Date(parts.clock.now()).toISOString() },
  });
  const revoked = await parts.call("admin", "POST /api/v1/accounts/bridge/credentials/revoke");
  expect(revoked).toMatchObject({ status: 200, body: { state: "revoked" } });
  expect(parts.access.identify("bridge", Buffer.from(rotated.body.password))).toBeUndefined();
  expect((await parts.call("admin", "POST /api/v1/accounts/nobody/credentials/revoke")).status).toBe(404);
});
