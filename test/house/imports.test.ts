import { describe, expect, test } from "vitest";
import { readSources } from "./sources.ts";

/** Folders of the gateway that know only themselves; they meet in the files at the gateway's root. */
const siblings = [
  "broker",
  "ingest",
  "journal",
  "state",
  "alert",
  "notify",
  "duty",
  "series",
  "live",
  "privacy",
  "tls",
  "backup",
  "trial",
] as const;

/** Files that every part of the gateway may import. */
const shared = [
  "types",
  "window-types",
  "errors",
  "clock",
  "log",
  "metrics",
  "ids",
  "envelope",
  "reading-line",
  "erased-lines",
  "mask-secrets",
  "csv-cell",
  "printable",
  "zone",
].map((name) => `gateway/${name}.ts`);

/** Who may import whom, by the beginning of the path. What is not listed may not. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "devices/kit/": ["devices/kit/", "gateway/errors.ts"],
  "devices/life/": ["devices/kit/"],
  "devices/": ["devices/kit/", "devices/life/"],
  "client/": ["client/", "gateway/errors.ts"],
  "gateway/types.ts": ["devices/kit/kind.ts", "gateway/window-types.ts"],
  ...Object.fromEntries(
    siblings.map((name) => [`gateway/${name}/`, [`gateway/${name}/`, "devices/kit/", ...shared]]),
  ),
  "gateway/api/": ["gateway/api/", "gateway/state/", "devices/kit/", ...shared],
};

const gatewaySources = readSources("client", "devices", "gateway");
const sources = [...gatewaySources, ...readSources("simulators")];

describe("the direction of imports", () => {
  test("each file imports only what its place allows", () => {
    const faults: string[] = [];
    for (const { path, imports } of gatewaySources) {
      const place = Object.keys(allowed)
        .filter((prefix) => path.startsWith(prefix))
        .toSorted((a, b) => b.length - a.length)[0];
      if (place === undefined) continue;
      for (const { to, isType } of imports) {
        if (!/^(client|devices|gateway|simulators|test|bench)\//.test(to)) continue;
        const isContract = isType && /^gateway\/[a-z]+\/contract\.ts$/.test(to);
        if (isContract || allowed[place]?.some((prefix) => to.startsWith(prefix))) continue;
        faults.push(`${path} imports ${to}`);
      }
    }
    expect(faults).toEqual([]);
  });

  test("nothing in the gateway's folders imports its entry points, the simulators or the tests", () => {
    const inner = gatewaySources.filter(
      ({ path }) => path.split("/").length > 2 && !path.startsWith("gateway/cli/"),
    );
    const faults = inner.flatMap(({ path, imports }) =>
      imports
        .filter(({ to }) =>
          /^(gateway\/(main|app|pipeline|cli\/)|client\/|simulators\/|test\/|bench\/)/.test(to),
        )
        .map(({ to }) => `${path} imports ${to}`),
    );
    expect(faults).toEqual([]);
  });

  test("the simulators know the gateway only from outside", () => {
    const faults = sources
      .filter(({ path }) => path.startsWith("simulators/"))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ to, isType }) => to.startsWith("gateway/") && !isType && !shared.includes(to))
          .map(({ to }) => `${path} imports ${to}`),
      );
    expect(faults).toEqual([]);
  });

  test("the screens know the types of the API's contract, and nothing else of the gateway", () => {
    const faults = readSources("dashboards/web")
      .filter(({ path }) => !/^dashboards\/web\/(build\/|build\.ts|vite\.config\.ts)/.test(path))
      .flatMap(({ path, imports }) =>
        imports
          .filter(
            ({ to, isType }) =>
              !to.startsWith("dashboards/web/") &&
              !/^(vue|vue-router|uplot)(\/|$)/.test(to) &&
              !(isType && to === "gateway/api/contract.ts"),
          )
          .map(({ to }) => `${path} imports ${to}`),
      );
    expect(faults).toEqual([]);
  });

  test("relative imports end in .ts", () => {
    const faults = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ to }) => /^(client|devices|gateway|simulators)\//.test(to) && !to.endsWith(".ts"))
        .map(({ to }) => `${path}: ${to}`),
    );
    expect(faults).toEqual([]);
  });
});
