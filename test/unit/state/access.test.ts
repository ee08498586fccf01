import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aFolder, aState } from "./support.ts";

function aStateWithADevice(parts: Parameters<typeof aState>[0] = {}) {
  const state = aState(parts);
  state.registry.addSite({ id: "elm", name: "Elm" });
  const { credentials } = state.registry.addDevice("elm", { kind: "lamp", id: "a" });
  return { ...state, credentials };
}

test("a device is identified with its own topics and no others, also after a restart", () => {
  const { access, restart, credentials } = aStateWithADevice();
  for (const { identify } of [access, restart().access]) {
    expect(identify("elm/a", Buffer.from(credentials.password))).toEqual({
      type: "device",
      name: "elm/a",
      device: "elm/lamp/a",
      publish: ["telemetry", "event", "status", "reply"].map((stream) => `linli/v1/elm/lamp/a/${stream}`),
      subscribe: ["linli/v1/elm/lamp/a/command", "linli/v1/elm/lamp/a/reject"],
    });
  }
});

test("a password is 130 random bits of letters and digits", () => {
  const { registry, credentials } = aStateWithADevice();
  const other = registry.rotateCredentials("elm/lamp/a");
  expect(credentials.password).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
  expect(other.password).not.toBe(credentials.password);
});

test("passwords of any length and names of any content are refused without an error", () => {
  const { access, credentials } = aStateWithADevice();
  const { password } = credentials;
  const wrong = [
    "",
    "x",
    password.slice(1),
    `${password}x`,
    password.toUpperCase(),
    "x".repeat(65_535),
    "\0",
  ];
  for (const attempt of wrong) expect(access.identify("elm/a", Buffer.from(attempt))).toBeUndefined();
  expect(access.identify("elm/a", Buffer.from([0xff, 0xfe]))).toBeUndefined();
  for (const name of ["", "elm", "elm/", "/a", "elm/a/", "elm/lamp/a", "__proto__", "elm/b"]) {
    expect(access.identify(name, Buffer.from(password))).toBeUndefined();
  }
});

test("no password or token is in the data directory", () => {
  const { access, directory, database, credentials } = aStateWithADevice();
  const account = access.addAccount({ name: "bridge", publish: [], subscribe: [] });
  const { token } = access.addToken({ name: "x", role: "viewer" });
  database.close();
  const bytes = readFileSync(join(directory, "linli.db"));
  for (const secret of [credentials.password, account.password, token, token.split("_")[2]!]) {
    expect(bytes.includes(secret)).toBe(false);
  }
});

test("a service account is identified with the filters it declared until it is removed", () => {
  const { access, restart } = aState();
  const filters = { publish: ["zigbee2mqtt/#"], subscribe: ["zigbee2mqtt/+/set", "#"] };
  const { username, password } = access.addAccount({ name: "bridge", ...filters });
  const again = restart().access;
  expect(again.identify(username, Buffer.from(password))).toEqual({
    type: "account",
    name: "bridge",
    ...filters,
  });
  expect(again.accounts()).toEqual([{ name: "bridge", ...filters, createdAt: expect.any(Number) }]);
  const revoked: string[] = [];
  again.onRevoked((name) => revoked.push(name));
  again.removeAccount("bridge");
  expect(revoked).toEqual(["bridge"]);
  expect(again.identify(username, Buffer.from(password))).toBeUndefined();
  expect(() => again.removeAccount("bridge")).toThrow(expect.objectContaining({ code: "not-found" }));
});

test.each(["", "a/b", "elm/a", "-x", "__proto__", "名", "a".repeat(65), "a b"])(
  "an account may not be called %j",
  (name) => {
    const { access } = aState();
    expect(() => access.addAccount({ name, publish: [], subscribe: [] })).toThrow(
      expect.objectContaining({ code: "invalid-request", path: "name" }),
    );
  },
);

test("two accounts do not share a name, and there is a most of them", () => {
  const { access } = aState({ settings: { maxAccounts: 1 } });
  access.addAccount({ name: "a", publish: [], subscribe: [] });
  const add = (name: string) => () => access.addAccount({ name, publish: [], subscribe: [] });
  expect(add("a")).toThrow(expect.objectContaining({ code: "conflict" }));
  expect(add("b")).toThrow(expect.objectContaining({ code: "limit-reached" }));
});

test.each(["a/+/b", "+", "#", "a/#", "+/+/#", "家/灯", "homie/x/$state", "linli/v1/elm/#"])(
  "an account may declare %j",
  (filter) => {
    const { access } = aState();
    expect(() => access.addAccount({ name: "a", publish: [filter], subscribe: [filter] })).not.toThrow();
  },
);

test.each([
  "",
  "$SYS/#",
  "$share/g/a",
  "a+/b",
  "a/b+",
  "a/#/b",
  "a#",
  "/a",
  "a/",
  "a//b",
  "a\0b",
  "a\n",
  "a".repeat(1025),
])("an account may not declare %j", (filter) => {
  const { access } = aState();
  const add = (publish: string[], subscribe: string[]) => () =>
    access.addAccount({ name: "a", publish, subscribe });
  expect(add(["ok", filter], [])).toThrow(expect.objectContaining({ path: "publish[1]" }));
  expect(add([], [filter])).toThrow(expect.objectContaining({ path: "subscribe[0]" }));
  expect(access.accounts()).toEqual([]);
});

test("an account declares no more filters than the settings allow", () => {
  const { access } = aState({ settings: { maxFilters: 1 } });
  const publish = ["a", "b"];
  expect(() => access.addAccount({ name: "a", publish, subscribe: [] })).toThrow(
    expect.objectContaining({ code: "invalid-request", path: "publish" }),
  );
});

test("a token tells who calls until it is removed, also after a restart", () => {
  const { access, restart } = aState();
  const { id, token } = access.addToken({ name: "王队长", role: "firefighter" });
  expect(token).toMatch(new RegExp(`^linli_${id}_[0-9a-z]{26}$`));
  const again = restart().access;
  expect(again.caller(token)).toEqual({
    ...{ id: `token:${id}`, name: "王队长", grants: [{ role: "firefighter" }] },
  });
  expect(again.tokens()).toEqual([
    { id, name: "王队长", role: "firefighter", createdAt: expect.any(Number), usedAt: expect.any(Number) },
  ]);
  again.removeToken(id);
  expect(again.caller(token)).toBeUndefined();
  expect(again.tokens()).toEqual([]);
  expect(() => again.removeToken(id)).toThrow(expect.objectContaining({ code: "not-found" }));
});

test("the last token that may do everything stays until there is another", () => {
  const { access, restart } = aStateWithADevice();
  const { id } = access.addToken({ name: "root", role: "admin" });
  access.addToken({ name: "elm only", role: "admin", site: "elm" });
  access.addToken({ name: "desk", role: "manager" });
  expect(() => access.removeToken(id)).toThrow(
    expect.objectContaining({ code: "conflict", message: expect.stringContaining("make another one first") }),
  );
  const other = access.addToken({ name: "root 2", role: "admin" });
  access.removeToken(id);
  expect(access.tokens().map(({ name }) => name)).toEqual(["elm only", "desk", "root 2"]);
  const { access: again } = restart({ adminToken: "a".repeat(32) });
  again.removeToken(other.id);
  expect(again.tokens()).toHaveLength(2);
});

test("a token for one site says so, also after a restart", () => {
  const { access, restart } = aStateWithADevice();
  const { token } = access.addToken({ name: "x", role: "viewer", site: "elm" });
  const grants = [{ role: "viewer", site: "elm" }];
  expect(access.caller(token)?.grants).toEqual(grants);
  expect(() => access.addToken({ name: "x", role: "viewer", site: "oak" })).toThrow();
  expect(restart().access.caller(token)?.grants).toEqual(grants);
});

test("a token ends when its time is over, and keeps its operations, also after a restart", () => {
  const { access, clock, restart } = aState();
  const expiresAt = clock.now() + 1000;
  const { token } = access.addToken({ name: "x", role: "admin", expiresAt, operations: ["listSites"] });
  expect(access.caller(token)?.operations).toEqual(["listSites"]);
  clock.advance(999);
  const again = restart();
  expect(again.access.caller(token)?.operations).toEqual(["listSites"]);
  again.clock.advance(1000);
  expect(again.access.caller(token)).toBeUndefined();
  expect(() => access.addToken({ name: "y", role: "admin", expiresAt: clock.now() })).toThrow(
    expect.objectContaining({ code: "invalid-request", path: "expiresAt" }),
  );
});

test("a database that cannot take the last use of a token refuses nobody", () => {
  const { access, database } = aState();
  const { token } = access.addToken({ name: "x", role: "viewer" });
  database.db.exec("PRAGMA query_only = ON");
  expect(access.caller(token)?.name).toBe("x");
  database.db.exec("PRAGMA query_only = OFF");
});

test("a token for a site that is not there is refused", () => {
  const { access } = aStateWithADevice();
  expect(() => access.addToken({ name: "x", role: "viewer", site: "oak" })).toThrow();
});

test("a token for a site that does not exist is refused", () => {
  const { access } = aState();
  expect(() => access.addToken({ name: "x", role: "viewer", site: "oak" })).toThrow(
    expect.objectContaining({ code: "not-found", path: "site" }),
  );
});

test("a token that is not quite right is refused", () => {
  const { access } = aState();
  const { id, token } = access.addToken({ name: "x", role: "admin" });
  const { token: other } = access.addToken({ name: "y", role: "viewer" });
  const mixed = `linli_${id}_${other.split("_")[2]}`;
  for (const wrong of [
    "",
    "linli_",
    `linli_${id}_`,
    id,
    `${token}0`,
    token.slice(0, -1),
    mixed,
    "__proto__",
  ]) {
    expect(access.caller(wrong)).toBeUndefined();
  }
});

test("the admin's token of the settings is accepted only where it is set", () => {
  const state = aState({ adminToken: "from-the-settings" });
  expect(state.access.caller("from-the-settings")).toEqual({
    ...{ id: "settings", name: "admin", grants: [{ role: "admin" }] },
  });
  expect(state.access.tokens()).toEqual([]);
  expect(state.restart({ adminToken: undefined }).access.caller("from-the-settings")).toBeUndefined();
});

test("a nameless token and one too many are refused", () => {
  const { access } = aState({ settings: { maxTokens: 1 } });
  for (const name of ["", " x", "a\nb", "x".repeat(101)]) {
    expect(() => access.addToken({ name, role: "viewer" })).toThrow(
      expect.objectContaining({ path: "name" }),
    );
  }
  access.addToken({ name: "x", role: "viewer" });
  expect(() => access.addToken({ name: "y", role: "viewer" })).toThrow(
    expect.objectContaining({ code: "limit-reached" }),
  );
});

test("the pepper is readable by this user alone, and a warning comes when it is not", () => {
  const state = aState();
  const path = join(state.directory, "pepper");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(state.log.lines).toEqual([]);
  chmodSync(path, 0o644);
  expect(state.restart().log.lines).toContainEqual(
    expect.objectContaining({ level: "warn", text: expect.stringContaining("pepper") }),
  );
});

test.each([
  ["missing", (path: string) => rmSync(path)],
  ["cut off", (path: string) => writeFileSync(path, "abc")],
  ["another one", (path: string) => writeFileSync(path, "ab".repeat(32))],
])("a pepper that is %s stops the start while credentials exist", (_, harm) => {
  const state = aStateWithADevice();
  const path = join(state.directory, "pepper");
  const pepper = readFileSync(path);
  harm(path);
  expect(() => state.restart()).toThrow(
    expect.objectContaining({
      code: "database-unusable",
      message: expect.stringMatching(/pepper is .* none of 1 stored .* restore the file/),
    }),
  );
  writeFileSync(path, pepper);
  const { access } = aState({ directory: state.directory });
  expect(access.identify("elm/a", Buffer.from(state.credentials.password))?.device).toBe("elm/lamp/a");
});

test("a missing pepper is made anew while nothing depends on it", () => {
  const state = aState();
  rmSync(join(state.directory, "pepper"));
  const again = state.restart();
  const { token } = again.access.addToken({ name: "x", role: "admin" });
  expect(again.restart().access.caller(token)?.grants).toEqual([{ role: "admin" }]);
});

test("two gateways have two peppers", () => {
  const [a, b] = [aFolder(), aFolder()].map((directory) => {
    aState({ directory });
    return readFileSync(join(directory, "pepper"), "utf8");
  });
  expect(a).toMatch(/^[0-9a-f]{64}\n$/);
  expect(a).not.toBe(b);
});
