import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSources, root } from "./sources.ts";

const sources = readSources("client", "dashboards/web", "devices", "gateway", "simulators", "bench", "test");
const kinds = readdirSync(join(root, "devices"))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.replace(/\.ts$/, ""));

describe("files", () => {
  test("none has 400 lines", () => {
    const long = sources.filter(({ text }) => text.split("\n").length >= 400).map(({ path }) => path);
    expect(long).toEqual([]);
  });

  test("each is named after its one idea", () => {
    const vague = /\/(utils?|helpers?|common|misc|manager|index)\.(ts|vue)$/i;
    expect(sources.map(({ path }) => path).filter((path) => vague.test(path))).toEqual([]);
  });

  test("a kind's name stands only in devices, scenarios and tests", () => {
    const name = new RegExp(`\\b(${kinds.join("|")})\\b`);
    const faults = sources
      .filter(({ path }) => /^(gateway|dashboards\/web)\//.test(path))
      .flatMap(({ path, text }) =>
        text.split("\n").flatMap((line, i) => (name.test(line) ? [`${path}:${i + 1} ${line.trim()}`] : [])),
      );
    expect(kinds.length).toBeGreaterThanOrEqual(5);
    expect(faults).toEqual([]);
  });

  test("only catalogued errors are thrown by the gateway and the kinds", () => {
    const faults = sources
      .filter(({ path }) => /^(client|gateway|devices)\//.test(path))
      .flatMap(({ path, text }) =>
        text
          .split("\n")
          .flatMap((line, i) =>
            /throw new (Error|TypeError|RangeError)\(|throw ["'`]/.test(line) ? [`${path}:${i + 1}`] : [],
          ),
      );
    expect(faults).toEqual([]);
  });

  test("nothing is left unfinished", () => {
    const marks = new RegExp(["TO", "DO|FIX", "ME|X", "XX|not impl", "emented"].join(""));
    const faults = sources.filter(({ text }) => marks.test(text)).map(({ path }) => path);
    expect(faults).toEqual([]);
  });

  test("every default export is a kind", () => {
    const faults = sources
      .filter(
        ({ path, text }) =>
          /^export default/m.test(text) &&
          !/^devices\/[^/]+\.ts$/.test(path) &&
          !/^test\/|\/vite\.config\.ts$/.test(path),
      )
      .map(({ path }) => path);
    expect(faults).toEqual([]);
  });
});

describe("dependencies", () => {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<
      string,
      { dev?: boolean; resolved?: string; hasInstallScript?: boolean; license?: string }
    >;
  };

  test("at most 150 packages run in production, and none of them runs a script at install", () => {
    const production = Object.entries(lock.packages).filter(([path, { dev }]) => path !== "" && dev !== true);
    expect(production.length).toBeLessThanOrEqual(150);
    expect(production.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual(
      [],
    );
  });

  test("every production package has a licence that a property office may use without asking", () => {
    const allowed = [
      "0BSD",
      "Apache-2.0",
      "BlueOak-1.0.0",
      "BSD-2-Clause",
      "BSD-3-Clause",
      "ISC",
      "MIT",
      "MIT-0",
    ];
    const faults = Object.entries(lock.packages)
      .filter(
        ([path, { dev, license }]) => path !== "" && dev !== true && !allowed.includes(license ?? "none"),
      )
      .map(([path, { license }]) => `${path}: ${license ?? "none"}`);
    expect(faults).toEqual([]);
  });

  test("the lock file names no host", () => {
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});
