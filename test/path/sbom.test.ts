import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { root } from "../house/sources.ts";
import { readRoot } from "../support/compose.ts";

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly unknown[];
  readonly hashes?: readonly { readonly alg: string }[];
}

test("the list of parts names every production package with version, licence and hash, and no other", () => {
  const text = execFileSync("npm", ["run", "--silent", "sbom"], { cwd: root, encoding: "utf8" });
  const { bomFormat, components } = JSON.parse(text) as { bomFormat: string; components: Component[] };
  expect(bomFormat).toBe("CycloneDX");
  const lock = JSON.parse(readRoot("package-lock.json")) as {
    packages: Record<string, { dev?: boolean; version: string }>;
  };
  const production = Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== "" && dev !== true)
    .map(([path, { version }]) => `${path.slice(path.lastIndexOf("node_modules/") + 13)}@${version}`);
  const named = new Set(components.map(({ name, version }) => `${name}@${version}`));
  expect([...named].toSorted()).toEqual([...new Set(production)].toSorted());
  const bare = components.filter(
    ({ licenses, hashes }) => !licenses?.length || hashes?.[0]?.alg !== "SHA-512",
  );
  expect(bare.map(({ name }) => name)).toEqual([]);
});
