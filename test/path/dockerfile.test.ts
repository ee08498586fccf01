import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listSettings } from "../../gateway/config.ts";
import { readConfig } from "../../gateway/config-sources.ts";
import { readSources, root } from "../house/sources.ts";
import { readRoot } from "../support/compose.ts";
import { openTestGateway } from "../support/gateway.ts";

/** Instructions with continued lines joined and comments dropped: `["USER", "node"]`. */
const instructions = readRoot("Dockerfile")
  .replaceAll(/^#.*\n/gm, "")
  .replaceAll(/\\\n\s*/g, "")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)] as const);
const lastStage = instructions.slice(instructions.findLastIndex(([name]) => name === "FROM"));
const copied = all("COPY")
  .filter((text) => !text.startsWith("--from"))
  .flatMap((text) => text.split(" ").slice(0, -1));
const manifest = JSON.parse(readRoot("package.json")) as {
  scripts: Record<string, string>;
  optionalDependencies: Record<string, string>;
};

test("the image is made of what exists, and of everything that the gateway imports", () => {
  expect(copied.filter((source) => !existsSync(join(root, source)))).toEqual([]);
  const imported = readSources("gateway").flatMap(({ imports }) =>
    imports.map(({ to }) => to).filter((to) => /^\w+\/.+\.ts$/.test(to)),
  );
  const folders = new Set(imported.map((to) => to.slice(0, to.indexOf("/"))));
  expect([...folders].filter((folder) => !copied.includes(folder))).toEqual([]);
});

test("nothing else gets near the image: no data, no secrets, no packages of this machine", () => {
  const lines = readRoot(".dockerignore")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(lines[0]).toBe("*");
  expect(lines.slice(1).toSorted()).toEqual([...new Set(copied)].map((source) => `!${source}`).toSorted());
});

test("it runs the Node that `npm ci` brings, as a user without rights", () => {
  const [major, minor] = Object.values(manifest.optionalDependencies)[0]?.split(".") ?? [];
  for (const image of all("FROM")) expect(image).toMatch(new RegExp(`^node:${major}\\.${minor}-slim\\b`));
  expect(lastStage.findLast(([name]) => name === "USER")?.[1]).toBe("node");
});

test("it starts as `npm start` does, with the compilation kept for the same flags", () => {
  const flags = /node ((?:--\S+ )+)gateway\/main\.ts serve/.exec(manifest.scripts.start ?? "")?.[1]?.trim();
  expect(flags).toBeDefined();
  expect(JSON.parse(one("ENTRYPOINT"))).toEqual(["node", ...flags!.split(" "), "gateway/main.ts"]);
  expect(JSON.parse(one("CMD"))).toEqual(["serve"]);
  expect(all("RUN")).toContain(`node ${flags} gateway/warm.ts`);
  expect(all("ENV").filter((text) => text.includes("NODE_COMPILE_CACHE=/var/cache/linli"))).toHaveLength(2);
});

test("its settings are accepted, and its ports and volume are theirs", () => {
  const pairs = one("ENV")
    .split(/\s+/)
    .map((pair) => pair.split("=") as [string, string]);
  const environment = Object.fromEntries(pairs);
  const known = listSettings().map(({ variable }) => variable);
  for (const [name] of pairs.filter(([name]) => name.startsWith("LINLI_"))) expect(known).toContain(name);
  const { dataDir, mqttPort, httpPort, tls } = readConfig({ environment });
  expect(JSON.parse(one("VOLUME"))).toEqual([dataDir]);
  expect(one("EXPOSE")).toBe([mqttPort, httpPort, tls.mqttPort, tls.httpsPort].join(" "));
});

test("its health check says yes to a gateway that is ready, and no to one that is gone", async () => {
  const gateway = await openTestGateway();
  const { port } = new URL(gateway.url);
  const [, command] = /CMD (\[.*\])$/.exec(one("HEALTHCHECK")) ?? [];
  const [, ...args] = JSON.parse(String(command).replace(":8080/", `:${port}/`)) as string[];
  const check = async () => (await once(spawn(process.execPath, args), "exit"))[0];
  expect(await check()).toBe(0);
  await gateway.stop();
  expect(await check()).toBe(1);
});

function all(name: string): string[] {
  return instructions.filter(([instruction]) => instruction === name).map(([, text]) => text);
}

/** The instruction of the stage that becomes the image. */
function one(name: string): string {
  const found = lastStage.filter(([instruction]) => instruction === name);
  expect(found, name).toHaveLength(1);
  return found[0]?.[1] as string;
}
