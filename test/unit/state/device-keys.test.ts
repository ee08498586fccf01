import { createHmac, randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { programMigrations } from "../../../gateway/state/migrate.ts";
import { createSecrets } from "../../../gateway/state/secrets.ts";
import { again, aSite, dayS, wordsOf } from "./keys-support.ts";
import { aDatabase, aFolder, aState } from "./support.ts";

test("a rotation without overlap ends the old password and every connection at once", () => {
  const { rotate, opens, credentials, revoked } = aSite();
  const fresh = rotate(0);
  expect(fresh.previousUntil).toBeUndefined();
  expect([opens(credentials), opens(fresh)]).toEqual([false, true]);
  expect(revoked).toEqual([{ username: "elm/a", drops: "wills" }]);
});

test("both passwords hold during an overlap, and the old one ends by itself", () => {
  const { rotate, opens, credentials, pass, revoked, access, clock, stateOf } = aSite();
  opens(credentials);
  const old = access.identify("elm/a", Buffer.from(credentials.password))!;
  const fresh = rotate(dayS);
  expect(fresh.previousUntil).toBe(clock.now() + dayS * 1000);
  pass(dayS - 1);
  expect(stateOf()).toMatchObject({ state: "rotating", previousUntil: fresh.previousUntil, isUsed: false });
  expect(opens(credentials)).toBe(true);
  expect(revoked).toEqual([]);
  pass(1);
  expect(opens(credentials)).toBe(false);
  expect(revoked).toEqual([{ username: "elm/a", issue: old.issue, drops: "nothing" }]);
  expect(opens(fresh)).toBe(true);
  expect(stateOf()).toMatchObject({ state: "active", previousUntil: undefined, isUsed: true });
});

test("the first connection with the new password ends the old one, and only its connections", () => {
  const { rotate, opens, credentials, pass, revoked, access } = aSite();
  const old = access.identify("elm/a", Buffer.from(credentials.password))!;
  const fresh = rotate(dayS);
  const now = access.identify("elm/a", Buffer.from(fresh.password))!;
  expect(now.issue).not.toBe(old.issue);
  expect(opens(credentials)).toBe(false);
  pass(1);
  expect(revoked).toEqual([{ username: "elm/a", issue: old.issue, drops: "nothing" }]);
});

test("an overlap goes on over a restart, with its time, and so does its end", () => {
  const state = aSite();
  state.opens(state.credentials);
  const fresh = state.rotate(dayS);
  const next = again(state);
  expect(next.stateOf()).toMatchObject({ state: "rotating", previousUntil: fresh.previousUntil });
  expect([next.opens(state.credentials), next.opens(fresh)]).toEqual([true, true]);
  next.pass(1);
  const last = again({ ...state, ...next });
  expect([last.opens(state.credentials), last.opens(fresh)]).toEqual([false, true]);
});

test("an overlap that ran out while the gateway was away does not come back", () => {
  const state = aSite();
  const fresh = state.rotate(60);
  state.clock.advance(60_000);
  const next = again(state);
  expect([next.opens(state.credentials), next.opens(fresh)]).toEqual([false, true]);
});

test("a new password that was lost on its way is replaced, and the one in use holds on", () => {
  const { rotate, opens, credentials, revoked } = aSite();
  opens(credentials);
  const lost = rotate(60);
  const fresh = rotate(dayS);
  expect([opens(credentials), opens(lost)]).toEqual([true, false]);
  expect(revoked).toEqual([]);
  expect(opens(fresh)).toBe(true);
});

test("a rotation after the new password was used keeps that one, and not the first", () => {
  const { rotate, opens, credentials } = aSite();
  opens(credentials);
  const second = rotate(dayS);
  opens(second);
  const third = rotate(dayS);
  expect([opens(credentials), opens(second)]).toEqual([false, true]);
  expect(opens(third)).toBe(true);
});

test("a leaked password is ended also in the middle of an overlap", () => {
  const { rotate, opens, credentials } = aSite();
  const second = rotate(dayS);
  const third = rotate(0);
  expect([credentials, second, third].map(opens)).toEqual([false, false, true]);
});

test("an overlap is bounded, and its default is a setting", () => {
  const { rotate, opens, credentials, clock } = aSite({
    settings: { maxOverlapS: 100, rotationOverlapS: 50 },
  });
  expect(() => rotate(101)).toThrow(expect.objectContaining({ code: "invalid-request", path: "overlapS" }));
  expect(opens(credentials)).toBe(true);
  expect(rotate().previousUntil).toBe(clock.now() + 50_000);
});

test("many devices are rotated together or not at all", () => {
  const { access, registry, opens, credentials, database } = aSite({ settings: { maxImportRows: 2 } });
  const other = registry.addDevice("elm", { kind: "box", id: "b" });
  const devices = [...registry.devices()];
  expect(() => access.devices.rotate([...devices, ...devices], 0)).toThrow(
    expect.objectContaining({ code: "invalid-request" }),
  );
  database.db.exec(
    "CREATE TRIGGER broken BEFORE UPDATE ON mqtt_passwords WHEN NEW.username = 'elm/b' BEGIN SELECT RAISE(ABORT, 'no'); END",
  );
  expect(() => access.devices.rotate(devices, 0)).toThrow(expect.objectContaining({ code: "internal" }));
  expect([opens(credentials), opens(other.credentials)]).toEqual([true, true]);
  database.db.exec("DROP TRIGGER broken");
  const made = access.devices.rotate(devices, 0);
  expect(made.map(({ username }) => username)).toEqual(["elm/a", "elm/b"]);
  expect(made.every(opens)).toBe(true);
});

test("a revoked device stays registered and shut out, over a restart, until it is rotated", () => {
  const state = aSite();
  const { access, device, opens, credentials, revoked, rotate, registry } = state;
  const second = rotate(dayS);
  access.devices.revoke(device);
  expect([opens(credentials), opens(second)]).toEqual([false, false]);
  expect(revoked.at(-1)).toEqual({ username: "elm/a", drops: "wills-and-sessions" });
  expect(registry.device("elm/lamp/a")).toBeDefined();
  const next = again(state);
  expect(next.stateOf()).toMatchObject({ state: "revoked", isUsed: false, issuedAt: undefined });
  expect(next.stateOf().revokedAt).toBe(state.clock.now());
  expect(next.opens(second)).toBe(false);
  const fresh = next.rotate(dayS);
  expect(fresh.previousUntil).toBeUndefined();
  expect([next.opens(fresh), next.opens(second)]).toEqual([true, false]);
  expect(next.stateOf()).toMatchObject({ state: "active", revokedAt: undefined });
});

test("when a password was last used is known, also after a restart", () => {
  const state = aSite();
  expect(state.stateOf()).toMatchObject({
    isUsed: false,
    lastUsedAt: undefined,
    issuedAt: state.clock.now(),
  });
  state.pass(5);
  state.opens({ username: "elm/a", password: "wrong" });
  expect(state.stateOf().lastUsedAt).toBeUndefined();
  state.opens(state.credentials);
  expect(state.stateOf()).toMatchObject({ isUsed: true, lastUsedAt: state.clock.now() });
  state.access.tick();
  expect(again(state).stateOf()).toMatchObject({ isUsed: true, lastUsedAt: state.clock.now() });
});

test("a storm of connections is saved a few at a time, and the rest when the gateway stops", () => {
  const state = aSite({ settings: { savedUses: 1 } });
  const other = state.registry.addDevice("elm", { kind: "box", id: "b" });
  for (const one of [state, other]) state.opens(one.credentials);
  state.access.tick();
  const saved = () =>
    Number(state.database.db.prepare("SELECT count(used_at) AS n FROM mqtt_passwords").get()?.n);
  expect(saved()).toBe(1);
  state.access.close();
  expect(saved()).toBe(2);
});

test("a database that refuses costs no connection, is told once, and is written when it works again", () => {
  const state = aSite();
  state.database.db.exec(
    "CREATE TRIGGER broken BEFORE UPDATE ON mqtt_passwords BEGIN SELECT RAISE(ABORT, 'no'); END",
  );
  expect(state.opens(state.credentials)).toBe(true);
  state.access.tick();
  state.access.tick();
  expect(state.log.lines.map(({ level }) => level)).toEqual(["warn"]);
  state.database.db.exec("DROP TRIGGER broken");
  state.access.tick();
  expect(again(state).stateOf().isUsed).toBe(true);
});

test("the old password of an account holds for its whole time, for several programs may share it", () => {
  const state = aState();
  const { opens, revoked, pass } = wordsOf(state);
  const { access } = state;
  const first = access.addAccount({ name: "bridge", publish: ["a/#"], subscribe: [] });
  opens(first);
  const second = access.rotateAccount("bridge", 60);
  expect([opens(second), opens(first)]).toEqual([true, true]);
  const issue = access.identify("bridge", Buffer.from(first.password))!.issue;
  expect(access.accountState("bridge")).toMatchObject({ state: "rotating", isUsed: true });
  pass(59);
  expect(revoked).toEqual([]);
  pass(1);
  expect([opens(second), opens(first)]).toEqual([true, false]);
  expect(revoked).toEqual([{ username: "bridge", issue, drops: "nothing" }]);
});

test("a third password of an account ends the first, whose connections end with it", () => {
  const state = aState();
  const { opens, revoked } = wordsOf(state);
  const { access } = state;
  const first = access.addAccount({ name: "bridge", publish: ["a/#"], subscribe: [] });
  const { issue } = access.identify("bridge", Buffer.from(first.password))!;
  const second = access.rotateAccount("bridge", 60);
  opens(second);
  const third = access.rotateAccount("bridge", 60);
  expect([first, second, third].map(opens)).toEqual([false, true, true]);
  expect(revoked).toEqual([{ username: "bridge", issue, drops: "nothing" }]);
});

test("a revoked account is shut out over a restart and comes back with a rotation", () => {
  const state = aState();
  const { access, restart } = state;
  const first = access.addAccount({ name: "bridge", publish: ["a/#"], subscribe: [] });
  access.revokeAccount("bridge");
  const next = restart();
  expect(next.access.identify("bridge", Buffer.from(first.password))).toBeUndefined();
  expect(next.access.accountState("bridge").state).toBe("revoked");
  const fresh = next.access.rotateAccount("bridge", 60);
  expect(next.access.identify("bridge", Buffer.from(fresh.password))).toMatchObject({ publish: ["a/#"] });
  for (const act of [
    () => access.rotateAccount("nobody"),
    () => access.revokeAccount("nobody"),
    () => access.accountState("nobody"),
  ]) {
    expect(act).toThrow(expect.objectContaining({ code: "not-found" }));
  }
});

test("passwords of a database that was made before are taken over", () => {
  const directory = aFolder();
  const before = join(directory, "migrations");
  mkdirSync(before);
  for (const name of ["001-state.sql", "002-alerts.sql", "003-rejections.sql"]) {
    copyFileSync(new URL(name, programMigrations), join(before, name));
  }
  const database = aDatabase(directory, { migrations: pathToFileURL(`${before}/`) });
  const pepper = openPepperOf(directory, database);
  const hash = (password: string) => createSecrets({ pepper, randomBytes }).hash(password);
  database.db.exec("INSERT INTO sites (id, name, created_at) VALUES ('elm', 'Elm', 1)");
  database.db.exec(
    "INSERT INTO devices (site, id, kind, name, created_at) VALUES ('elm', 'a', 'lamp', 'a', 1)",
  );
  database.db.prepare("INSERT INTO device_credentials VALUES ('elm', 'a', ?, 7)").run(hash("of the lamp"));
  database.db
    .prepare("INSERT INTO accounts VALUES ('bridge', '[\"a/#\"]', '[]', ?, 8)")
    .run(hash("of the bridge"));
  database.close();
  const { access, registry } = aState({ directory });
  expect(access.identify("elm/a", Buffer.from("of the lamp"))?.device).toBe("elm/lamp/a");
  expect(access.identify("bridge", Buffer.from("of the bridge"))?.publish).toEqual(["a/#"]);
  const state = access.devices.state(registry.deviceAt("elm", "a")!);
  expect(state).toMatchObject({ state: "active", issuedAt: 7, isUsed: true });
});

/** A pepper as the gateway makes it, on a database whose tables it does not know any more. */
function openPepperOf(directory: string, { db }: { db: DatabaseSync }): Buffer {
  const pepper = randomBytes(32);
  writeFileSync(join(directory, "pepper"), `${pepper.toString("hex")}\n`, { mode: 0o600 });
  const check = createHmac("sha256", pepper).update("linli pepper check").digest("hex");
  db.prepare("INSERT INTO database_facts VALUES ('pepper_check', ?)").run(check);
  return pepper;
}
