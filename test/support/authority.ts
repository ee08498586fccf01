import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeAuthority, makeDeviceCertificate, renewServer } from "../../gateway/tls/authority.ts";
import { authorityFiles } from "../../gateway/tls/folder.ts";
import { revoke } from "../../gateway/tls/revocation.ts";

/** A local authority in a temporary data folder. */
export interface TestAuthority {
  readonly dataDir: string;
  readonly files: ReturnType<typeof authorityFiles>;
  /** The root, PEM. */
  readonly root: string;
  /** A certificate and key of a device, PEM, as `tls.connect` takes them. */
  device(name: string): { cert: string; key: string };
  revoke(device: { cert: string }): void;
  renew(): void;
  remove(): void;
}

/** Makes one, as `linli tls init` does. */
export function anAuthority({
  now = Date.now(),
  names = [] as readonly string[],
  dataDir = mkdtempSync(join(tmpdir(), "linli-tls-")),
} = {}): TestAuthority {
  const folder = join(dataDir, "tls");
  const parts = { folder, now, randomBytes };
  makeAuthority({ ...parts, names });
  const files = authorityFiles(folder);
  return {
    dataDir,
    files,
    root: readFileSync(files.authority, "utf8"),
    device(name) {
      const { certificate: cert, key } = makeDeviceCertificate({ ...parts, device: name, days: 100 });
      return { cert, key };
    },
    revoke({ cert }) {
      const certificate = join(folder, "revoke.crt");
      writeFileSync(certificate, cert);
      revoke({ ...parts, certificate });
    },
    renew: () => renewServer(parts),
    remove: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}
