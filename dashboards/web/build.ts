import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { budgetReport } from "./build/budgets.ts";
import { compressAll } from "./build/compress.ts";

const here = import.meta.dirname;
const dist = join(here, "dist");

// Whoever builds from a test or a developer's shell gets the same files as everybody.
process.env.NODE_ENV = "production";
const vite = await import("vite").catch((error: NodeJS.ErrnoException) => {
  if (error.code === "ERR_MODULE_NOT_FOUND") return undefined;
  throw error;
});
if (vite === undefined) {
  // A server installs what runs, not what builds; the gateway then says at / how to get the screens.
  process.stdout.write("screens: not built, for vite is not installed (--omit=dev)\n");
} else {
  await vite.build({ configFile: join(here, "vite.config.ts"), logLevel: "warn" });
  const manifestFile = join(dist, "manifest.json");
  const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));
  rmSync(manifestFile);
  compressAll(dist);
  const { lines, isKept } = budgetReport(dist, manifest);
  process.stdout.write(`${lines.join("\n")}\n`);
  if (!isKept) process.exitCode = 1;
}
