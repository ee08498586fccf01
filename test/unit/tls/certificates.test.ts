import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLog } from "../../../gateway/log.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import { type Certificates, openCertificates } from "../../../gateway/tls/certificates.ts";
import { createTlsMeters } from "../../../gateway/tls/meters.ts";
import { findPlaces } from "../../../gateway/tls/places.ts";
import { tlsSettings } from "../../../gateway/tls/settings.ts";
import { anAuthority, type TestAuthority } from "../../support/authority.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";
import { eventually } from "../../support/gateway.ts";

const day = 86_400_000;
const now = Date.parse("2026-01-15T08:00:00Z");
let authority: TestAuthority;
let clock: FakeClock;
const opened: Certificates[] = [];

beforeEach(() => {
  authority = anAuthority({ now });
  clock = createFakeClock(now);
});
afterEach(() => {
  for (const certificates of opened.splice(0)) certificates.close();
  authority.remove();
});

async function open(given: Record<string, unknown> = {}) {
  const settings = tlsSettings.parse(given);
  const metrics = createMetrics();
  const meters = createTlsMeters(metrics);
  const log = createLog({ level: "silent" });
  const places = findPlaces(authority.dataDir, settings);
  if (places === undefined) throw new Error("there is no TLS");
  const certificates = await openCertificates({ places, settings, clock, log, meters });
  opened.push(certificates);
  const faults = new Map<string, string>();
  certificates.onFault((fault, isActive, reason) => {
    if (isActive) faults.set(fault, reason);
    else faults.delete(fault);
  });
  const used: unknown[] = [];
  certificates.onChange(({ cert }) => used.push(cert));
  return {
    certificates,
    faults,
    used,
    meters,
  };
}

describe("files that cannot be used end the start and say which and why", () => {
  const faults: [string, () => void, RegExp][] = [
    ["no key", () => rmSync(authority.files.key), /^tls\.keyFile: .*server\.key is not there$/],
    ["a folder", () => asFolder(authority.files.key), /^tls\.keyFile: .*server\.key is a folder$/],
    [
      "no PEM",
      () => writeFileSync(authority.files.certificate, "x"),
      /^tls\.certFile: .* holds no certificate in PEM/,
    ],
    [
      "no key in it",
      () => writeFileSync(authority.files.key, "x"),
      /^tls\.keyFile: .* holds no private key in PEM/,
    ],
    ["a locked key", lockKey, /is locked with a passphrase/],
    [
      "the key of another",
      () => writeFileSync(authority.files.key, readFileSync(authority.files.authorityKey)),
      /server\.key is not the key of the certificate in .*server\.crt$/,
    ],
  ];
  test.each(faults)("%s", async (_, damage, message) => {
    damage();
    await expect(open()).rejects.toMatchObject({
      code: "settings-invalid",
      message: expect.stringMatching(message),
    });
  });

  test("settings that do not go together", async () => {
    const fails = (settings: Record<string, unknown>, message: RegExp) =>
      expect(open(settings)).rejects.toThrow(message);
    await fails({ certFile: "a.crt" }, /tls\.certFile and tls\.keyFile belong together/);
    await fails({ certFile: "/none.crt", keyFile: "/none.key" }, /tls\.certFile: \/none\.crt is not there/);
    await fails({ ciphers: "NONE" }, /tls\.ciphers: OpenSSL knows no cipher/);
    await fails(
      { clientCertificates: "optional", clientCrlFile: "/none.crl" },
      /clientCrlFile: \/none\.crl is not there/,
    );
    writeFileSync(authority.files.revoked, "x");
    await fails({ clientCertificates: "optional" }, /clientCrlFile: .* holds no revocation list/);
    rmSync(authority.files.authority);
    await fails({ clientCertificates: "optional" }, /no authority is known: set tls\.clientCaFile/);
    rmSync(authority.files.certificate);
    await fails({ mode: "on" }, /TLS is to be on, but .*server\.crt is not there: run linli tls init/);
    await fails({}, /there is no TLS/);
  });

  test("a key that everybody may read works, with a warning", async () => {
    chmodSync(authority.files.key, 0o644);
    const { certificates } = await open();
    expect(certificates.current().warnings).toEqual([expect.stringContaining("chmod 600")]);
    chmodSync(authority.files.key, 0o640);
    expect((await open()).certificates.current().warnings).toEqual([]);
  });
});

describe("a changed file", () => {
  test("is used at the next look, once", async () => {
    const { certificates, used, meters } = await open();
    authority.renew();
    clock.advance(5000);
    await eventually(
      async () => used.length,
      (count) => count === 1,
    );
    expect(certificates.current().options.cert).toBe(readFileSync(authority.files.certificate, "utf8"));
    await certificates.reload();
    expect(used).toHaveLength(1);
    expect(meters.reloads.value("used")).toBe(1);
  });

  test("is used when a link to another folder is swapped, as certbot and Kubernetes do", async () => {
    const other = anAuthority({ now });
    const live = join(authority.dataDir, "live");
    symlinkSync(join(authority.files.certificate, ".."), live);
    const { certificates, used } = await open({
      certFile: join(live, "server.crt"),
      keyFile: join(live, "server.key"),
    });
    symlinkSync(join(other.files.certificate, ".."), `${live}.new`);
    renameSync(`${live}.new`, live);
    await certificates.reload();
    expect(used).toEqual([readFileSync(other.files.certificate, "utf8")]);
    other.remove();
  });

  test("that does not fit yet is looked at again before anybody is called", async () => {
    const { certificates, faults, used, meters } = await open();
    const [certificate, key] = [authority.files.certificate, authority.files.key];
    const oldKey = readFileSync(key);
    authority.renew();
    const newKey = readFileSync(key);
    writeFileSync(key, oldKey);
    await certificates.look();
    writeFileSync(key, newKey);
    await certificates.look();
    await eventually(
      async () => used.length,
      (count) => count === 1,
    );
    expect(used).toEqual([readFileSync(certificate, "utf8")]);
    expect(faults.size).toBe(0);
    expect(meters.reloads.value("refused")).toBe(0);
  });

  test("that is broken is refused, counted and told, while the one before stays in use", async () => {
    const { certificates, faults, used, meters } = await open();
    const before = certificates.current();
    const good = readFileSync(authority.files.certificate);
    writeFileSync(authority.files.certificate, "half a certific");
    await certificates.look();
    await certificates.look();
    await eventually(
      async () => faults.get("certificate-refused"),
      (reason) => reason !== undefined,
    );
    expect(faults.get("certificate-refused")).toMatch(/holds no certificate in PEM/);
    await certificates.reload();
    expect(meters.reloads.value("refused")).toBe(1);
    expect(certificates.current()).toBe(before);
    expect(used).toEqual([]);
    writeFileSync(authority.files.certificate, good);
    await certificates.reload();
    expect(faults.size).toBe(0);
  });

  test("is reported at once when a person asked for it", async () => {
    const { certificates, faults } = await open();
    rmSync(authority.files.key);
    await certificates.reload();
    expect(faults.get("certificate-refused")).toMatch(/server\.key is not there/);
  });

  test("with new revocations tells whose connections end", async () => {
    const { certificates } = await open({ clientCertificates: "optional" });
    const device = authority.device("xinfa/bin-1");
    const cut: ((serial: string) => boolean)[] = [];
    certificates.onRevoked((isRevoked) => cut.push(isRevoked));
    authority.revoke(device);
    await certificates.reload();
    expect(cut.map((isRevoked) => isRevoked(new X509Certificate(device.cert).serialNumber))).toEqual([true]);
    expect(cut[0]?.("00")).toBe(false);
  });
});

/** A clock that moves by years must not look every five seconds of them. */
const seldom = { checkMs: 200 * day };

describe("the end of a certificate", () => {
  test("is told three weeks before, and again when it has come", async () => {
    rmSync(authority.files.authorityKey);
    const { certificates, faults } = await open(seldom);
    clock.advance(375 * day);
    await certificates.reload();
    expect([...faults]).toEqual([]);
    clock.advance(2 * day);
    await certificates.reload();
    expect([...faults]).toEqual([["certificate-ending", "the server certificate ends on 2027-02-16"]]);
    clock.advance(21 * day);
    await certificates.reload();
    expect([...faults]).toEqual([["certificate-ended", "the server certificate ended on 2027-02-16"]]);
  });

  test("does not keep the gateway from starting: a device that does not check it still gets its alarm through", async () => {
    rmSync(authority.files.authorityKey);
    clock.advance(400 * day);
    const { faults } = await open(seldom);
    expect([...faults.keys()]).toEqual(["certificate-ended"]);
  });

  test("never comes while the key of the local authority is there", async () => {
    const { certificates, faults, used, meters } = await open(seldom);
    clock.advance(368 * day);
    await certificates.reload();
    expect(used).toHaveLength(1);
    expect(meters.reloads.value("used")).toBe(1);
    expect(certificates.current().endsAt).toBe(now + (368 + 397) * day);
    expect(faults.size).toBe(0);
    clock.advance(900 * day);
    const { certificates: later, faults: none } = await open(seldom);
    expect(later.current().endsAt).toBe(now + (368 + 900 + 397) * day);
    expect(none.size).toBe(0);
  });

  test("is not put off by a certificate of one's own when a person put another one there", async () => {
    const other = anAuthority({ now });
    for (const name of ["certificate", "key"] as const)
      writeFileSync(authority.files[name], readFileSync(other.files[name]));
    other.remove();
    clock.advance(380 * day);
    const { certificates, faults } = await open(seldom);
    expect(certificates.current().endsAt).toBe(now + 397 * day);
    expect([...faults.keys()]).toEqual(["certificate-ending"]);
  });

  test("is told of revocation lists too", async () => {
    const { certificates, faults } = await open({ ...seldom, clientCertificates: "optional" });
    authority.revoke(authority.device("xinfa/bin-1"));
    await certificates.reload();
    clock.advance(3640 * day);
    await certificates.reload();
    expect(faults.get("certificate-ending")).toContain("the revocation list ends on 2036-01-13");
  });
});

function asFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

function lockKey(): void {
  const key = createPrivateKey(readFileSync(authority.files.key));
  const locked = key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" });
  writeFileSync(authority.files.key, locked);
}
