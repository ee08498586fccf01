import { createHash } from "node:crypto";
import { type Config, secretPaths } from "./config.ts";

/** Sixteen hex digits that change when a setting changes. Secrets are left out: a digest could confirm a guess. */
export function settingsDigest(config: Config): string {
  const shown = JSON.stringify(without(config, ""));
  return createHash("sha256").update(shown).digest("hex").slice(0, 16);
}

function without(node: unknown, path: string): unknown {
  if (typeof node !== "object" || node === null) return node;
  // Its items may hold secrets under any name.
  if (path === "notify.targets")
    return (node as Config["notify"]["targets"]).map(({ name, type }) => [name, type]);
  if (Array.isArray(node)) return node;
  return Object.fromEntries(
    Object.entries(node)
      .map(([name, value]) => [name, value, path === "" ? name : `${path}.${name}`] as const)
      .filter(([, , place]) => !secretPaths.has(place))
      .map(([name, value, place]) => [name, without(value, place)]),
  );
}
