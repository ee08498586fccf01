import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { again, aSite, dayS } from "./keys-support.ts";
import type { aState } from "./support.ts";

/** A site whose device `elm/lamp/new` waits for its claim. */
function aClaim(parts: Parameters<typeof aState>[0] = {}) {
  const state = aSite(parts);
  const added = state.registry.addDevice("elm", { kind: "lamp", id: "new", claim: true as boolean });
  const { claim } = added as unknown as { claim: { code: string; expiresAt: number } };
  return { ...state, ...claim };
}

test("a device with a claim code cannot connect until the code is exchanged, once", () => {
  const state = aClaim();
  expect(state.stateOf("new")).toMatchObject({
    state: "unclaimed",
    claimUntil: state.clock.now() + 90 * dayS * 1000,
  });
  expect(state.opens({ username: "elm/new", password: state.code })).toBe(false);
  expect(state.opens({ username: "elm/new", password: "" })).toBe(false);
  const next = again(state);
  const claimed = next.access.devices.claim(state.code.toLowerCase())!;
  expect(claimed).toMatchObject({
    site: "elm",
    kind: "lamp",
    id: "new",
    credentials: { username: "elm/new" },
  });
  expect(next.opens(claimed.credentials)).toBe(true);
  expect(next.access.devices.claim(state.code)).toBeUndefined();
  expect(next.opens(claimed.credentials)).toBe(true);
  expect(next.stateOf("new")).toMatchObject({ state: "active", claimUntil: undefined });
});

test("a code ends after its time", () => {
  const { access, code, clock, stateOf } = aClaim({ settings: { claimValidS: 60 } });
  clock.advance(60_000);
  expect(stateOf("new").state).toBe("claim-expired");
  expect(access.devices.claim(code)).toBeUndefined();
});

test("a mistyped code is told from a wrong one, which only repeats what its check character says", () => {
  const { access, code } = aClaim();
  const mistyped = code.startsWith("A") ? `B${code.slice(1)}` : `A${code.slice(1)}`;
  expect(() => access.devices.claim(mistyped)).toThrow(
    expect.objectContaining({ code: "invalid-request", path: "code" }),
  );
  expect(access.devices.claim("00000-00000-00000-00000")).toBeUndefined();
});

test("a new code ends the last one and leaves the password until it is used", () => {
  const { access, device, credentials, opens, revoked } = aSite();
  const [first] = access.devices.makeCodes([device]);
  const [second] = access.devices.makeCodes([device]);
  expect(access.devices.claim(first!.code)).toBeUndefined();
  expect(opens(credentials)).toBe(true);
  const claimed = access.devices.claim(second!.code)!;
  expect([opens(credentials), opens(claimed.credentials)]).toEqual([false, true]);
  expect(revoked).toEqual([{ username: "elm/a", drops: "wills" }]);
});

test.each([
  ["a rotation", (state: ReturnType<typeof aClaim>) => void state.rotate(0, "new")],
  [
    "a revocation",
    (state: ReturnType<typeof aClaim>) => state.access.devices.revoke(state.registry.deviceAt("elm", "new")!),
  ],
  ["the device's removal", (state: ReturnType<typeof aClaim>) => state.registry.removeDevice("elm/lamp/new")],
])("%s ends an open code", (_, end) => {
  const state = aClaim();
  end(state);
  expect(state.access.devices.claim(state.code)).toBeUndefined();
  if (state.registry.deviceAt("elm", "new") === undefined) {
    // Registered again it is another device: an old label does not open it.
    state.registry.addDevice("elm", { kind: "lamp", id: "new" });
    expect(state.access.devices.claim(state.code)).toBeUndefined();
  }
});

test("a claim that cannot be written leaves the code as it was", () => {
  const { access, code, database } = aClaim();
  database.db.exec(
    "CREATE TRIGGER broken BEFORE UPDATE ON mqtt_passwords BEGIN SELECT RAISE(ABORT, 'no'); END",
  );
  expect(() => access.devices.claim(code)).toThrow(expect.objectContaining({ code: "internal" }));
  database.db.exec("DROP TRIGGER broken");
  expect(access.devices.claim(code)).toBeDefined();
});

test("those who wait to be claimed are listed, also when their code is too old", () => {
  const { access, code, clock, registry } = aClaim({ settings: { claimValidS: 60 } });
  registry.addDevice("elm", { kind: "box", id: "late", claim: true as boolean });
  expect(access.devices.unclaimed("elm")).toEqual(["late", "new"]);
  access.devices.claim(code);
  clock.advance(60_000);
  expect(access.devices.unclaimed("elm")).toEqual(["late"]);
});

test("neither codes nor passwords are in the data directory", () => {
  const { access, code, directory, database, device } = aClaim();
  const { password } = access.devices.rotate([device], dayS)[0]!;
  database.close();
  const bytes = readFileSync(join(directory, "linli.db"));
  for (const secret of [code, code.replaceAll("-", ""), password]) expect(bytes.includes(secret)).toBe(false);
});
