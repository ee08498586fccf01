import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Prints the list of parts of a release (CycloneDX): every package that runs in production, on any platform, from the lock file
// alone. `npm sbom --omit=dev` leaves out what a development package needs too, so it is given a lock file without those.

interface Lock {
  packages: Record<string, { dev?: boolean; devDependencies?: unknown }>;
}

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "linli-sbom-"));
try {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, unknown>;
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
  delete manifest.devDependencies;
  delete lock.packages[""]?.devDependencies;
  const kept = Object.entries(lock.packages).filter(([, { dev }]) => dev !== true);
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(
    join(folder, "package-lock.json"),
    JSON.stringify({ ...lock, packages: Object.fromEntries(kept) }),
  );
  const words = ["sbom", "--offline", "--package-lock-only", "--sbom-format=cyclonedx"];
  process.stdout.write(execFileSync("npm", words, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
