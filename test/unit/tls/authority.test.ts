import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type ConnectionOptions, connect, createServer, type TlsOptions } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { makeAuthority, makeDeviceCertificate, renewServer } from "../../../gateway/tls/authority.ts";
import { readRevocations } from "../../../gateway/tls/revocation.ts";
import { anAuthority, type TestAuthority } from "../../support/authority.ts";

const made: TestAuthority[] = [];
afterEach(() => {
  for (const authority of made.splice(0)) authority.remove();
});

function aRoot(options: Parameters<typeof anAuthority>[0] = {}): TestAuthority {
  const authority = anAuthority(options);
  made.push(authority);
  return authority;
}

const hasOpenssl = spawnSync("openssl", ["version"]).error === undefined;
const day = 86_400_000;

describe("a local authority", () => {
  test("signs a server that clients believe by every name it was made for, and by no other", async () => {
    const { files, root } = aRoot({ names: ["gateway.lan", "192.168.7.5", "fd00::7", "gw.example.com"] });
    const server = { cert: readFileSync(files.certificate), key: readFileSync(files.key) };
    for (const name of [
      "localhost",
      "127.0.0.1",
      "::1",
      "gateway.lan",
      "192.168.7.5",
      "fd00::7",
      "gw.example.com",
    ]) {
      expect(await meet(server, { ca: root, host: name }), name).toBe("trusted");
    }
    expect(await meet(server, { ca: root, host: "other.lan" })).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await meet(server, { ca: aRoot().root, host: "localhost" })).toMatch(
      /UNABLE_TO_VERIFY|SELF_SIGNED/,
    );
  });

  test("is not believed for names of others, even when its key signs them", async () => {
    const { files, root, dataDir } = aRoot();
    const limits = JSON.parse(readFileSync(files.limits, "utf8"));
    writeFileSync(files.limits, JSON.stringify({ ...limits, domains: [...limits.domains, "bank.example"] }));
    renewServer({ ...partsOf(dataDir), names: ["www.bank.example"] });
    const server = { cert: readFileSync(files.certificate), key: readFileSync(files.key) };
    expect(await meet(server, { ca: root, host: "www.bank.example" })).toBe("permitted subtree violation");
  });

  test("gives the server 398 days, and devices no longer than itself", () => {
    const now = Date.parse("2026-01-15T08:00:00Z");
    const { files, root, dataDir } = aRoot({ now });
    const server = new X509Certificate(readFileSync(files.certificate));
    expect(server.validToDate.getTime() - server.validFromDate.getTime()).toBe(398 * day);
    expect(server.validFromDate.getTime()).toBeLessThan(now);
    const parts = { ...partsOf(dataDir), now };
    const { certificate } = makeDeviceCertificate({ ...parts, device: "xinfa/bin-7", days: 36_500 });
    expect(new X509Certificate(certificate).validTo).toBe(new X509Certificate(root).validTo);
  });

  test("ends after 2049 as well", () => {
    const { root } = aRoot({ now: Date.parse("2045-06-01T00:00:00Z") });
    expect(new X509Certificate(root).validToDate.toISOString()).toBe("2055-05-30T00:00:00.000Z");
  });

  test("renews with a new key and the names of before", () => {
    const { files, renew } = aRoot({ names: ["gateway.lan", "fd00::7"] });
    const before = new X509Certificate(readFileSync(files.certificate));
    const key = readFileSync(files.key, "utf8");
    renew();
    const after = new X509Certificate(readFileSync(files.certificate));
    expect(after.subjectAltName).toBe(before.subjectAltName);
    expect(after.serialNumber).not.toBe(before.serialNumber);
    expect(readFileSync(files.key, "utf8")).not.toBe(key);
  });

  test("keeps its files from other users", () => {
    const { files } = aRoot();
    for (const path of [files.authorityKey, files.key, files.certificate]) {
      expect(statSync(path).mode & 0o777, path).toBe(0o600);
    }
    expect(statSync(join(files.key, "..")).mode & 0o777).toBe(0o700);
    expect(existsSync(`${files.key}.new`)).toBe(false);
  });

  test("says no with a reason", () => {
    const { dataDir, files } = aRoot();
    const parts = partsOf(dataDir);
    expect(() => makeAuthority({ ...parts, names: [] })).toThrow(/ca\.crt exists already: linli tls renew/);
    expect(() => renewServer({ ...parts, names: ["gw.example.com"] })).toThrow(
      /made without gw\.example\.com/,
    );
    expect(() => renewServer({ ...parts, names: ["not a name"] })).toThrow(
      /"not a name" is neither a host name/,
    );
    for (const device of ["bin-7", "xinfa/waste-bin/bin-7", "xinfa/*", "../x"]) {
      expect(() => makeDeviceCertificate({ ...parts, device, days: 1 }), device).toThrow(/site\/id/);
    }
    writeFileSync(files.authorityKey, readFileSync(files.key));
    expect(() => renewServer(parts)).toThrow(/ca\.key is not the key of .*ca\.crt/);
    rmSync(files.authorityKey);
    expect(() => renewServer(parts)).toThrow(/ca\.key is not there; it signs every certificate/);
  });
});

describe("a device's certificate", () => {
  test("is believed as a client and not as a server", async () => {
    const { files, root, device } = aRoot();
    const server = { cert: readFileSync(files.certificate), key: readFileSync(files.key) };
    const ask = { ca: root, requestCert: true, rejectUnauthorized: true };
    expect(await meet({ ...server, ...ask }, { ca: root, ...device("xinfa/bin-7") })).toBe("trusted");
    expect(await meet(device("xinfa/bin-7"), { ca: root })).toBe("INVALID_PURPOSE");
    expect(await meet({ ...server, ...ask }, { ca: root, ...server })).not.toBe("trusted");
  });

  test("holds no more once it is on the list, which names each once", async () => {
    const { files, root, device, revoke } = aRoot();
    const [stolen, lost, good] = [
      device("xinfa/bin-1"),
      device("xinfa/bin-2"),
      device("xinfa/bin-3"),
    ] as const;
    revoke(stolen);
    revoke(lost);
    revoke(stolen);
    const text = readFileSync(files.revoked, "utf8");
    const { serials, nextAt } = readRevocations(text);
    const serialOf = ({ cert }: { cert: string }) => new X509Certificate(cert).serialNumber;
    expect([...serials]).toEqual([serialOf(stolen), serialOf(lost)]);
    expect(nextAt).toBe(new X509Certificate(root).validToDate.getTime());
    const server = { cert: readFileSync(files.certificate), key: readFileSync(files.key) };
    const ask = { ...server, ca: root, crl: text, requestCert: true, rejectUnauthorized: true };
    expect(await meet(ask, { ca: root, ...good })).toBe("trusted");
    expect(await meet(ask, { ca: root, ...stolen })).not.toBe("trusted");
    expect(() => revoke({ cert: aRoot().device("xinfa/bin-1").cert })).toThrow(/was not made by the root/);
  });

  test("the list cannot be anything else", () => {
    expect(() => readRevocations("")).toThrow(/no revocation list/);
    for (const bytes of ["MAA=", "MIIB", "MAkwBwIBATACBQA="]) {
      const text = `-----BEGIN X509 CRL-----\n${bytes}\n-----END X509 CRL-----\n`;
      expect(() => readRevocations(text), bytes).toThrow(/no revocation list/);
    }
  });
});

test.runIf(hasOpenssl)("OpenSSL's own reader finds nothing wrong", () => {
  const { files, device, revoke } = aRoot({ names: ["gateway.lan", "203.0.113.9"] });
  revoke(device("xinfa/bin-1"));
  for (const args of [
    ["verify", "-x509_strict", "-CAfile", files.authority, "-purpose", "sslserver", files.certificate],
    ["crl", "-in", files.revoked, "-CAfile", files.authority, "-noout"],
  ]) {
    const { stdout, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
    expect(stdout + stderr).toMatch(/: OK\n|verify OK\n/);
  }
});

function partsOf(dataDir: string) {
  return {
    folder: join(dataDir, "tls"),
    now: Date.now(),
    randomBytes: (size: number) => Buffer.alloc(size, 7),
  };
}

/** One handshake over loopback: `trusted`, or the code of why not. `host` is the name that the client asks for. */
async function meet(
  server: TlsOptions,
  { host = "localhost", ...client }: ConnectionOptions,
): Promise<string> {
  const listener = createServer(server, (socket) => socket.end("welcome"));
  listener.on("tlsClientError", (_error, socket) => socket.destroy());
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  const isName = /[a-z]/.test(host) && !host.includes(":");
  const socket = connect({
    ...client,
    port,
    host: "127.0.0.1",
    ...(isName ? { servername: host } : {}),
    checkServerIdentity: (_asked, certificate) =>
      isName || new X509Certificate(certificate.raw).checkIP(host) !== undefined
        ? isName && new X509Certificate(certificate.raw).checkHost(host) === undefined
          ? Object.assign(new Error("other name"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" })
          : undefined
        : Object.assign(new Error("other address"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" }),
  });
  try {
    return await new Promise<string>((resolve) => {
      // With TLS 1.3 a server refuses the client's certificate only after the client's side is done.
      socket.on("data", () => resolve("trusted"));
      socket.on("error", ({ code, message }: NodeJS.ErrnoException) =>
        resolve(code === undefined || code === "UNSPECIFIED" ? message : code),
      );
      socket.on("close", () => resolve("closed"));
    });
  } finally {
    socket.destroy();
    listener.close();
  }
}
