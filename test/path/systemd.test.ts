import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exitCodes } from "../../gateway/cli/exit-codes.ts";
import { configSchema } from "../../gateway/config.ts";
import { readConfig } from "../../gateway/config-sources.ts";
import { root } from "../house/sources.ts";
import { readRoot } from "../support/compose.ts";

const text = readRoot("packaging/linli.service");
const directives = text
  .split("\n")
  .filter((line) => /^[A-Z]\w*=/.test(line))
  .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const);
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

function all(name: string): string[] {
  return directives.filter(([found]) => found === name).map(([, value]) => value);
}

function one(name: string): string {
  const found = all(name);
  expect(found, name).toHaveLength(1);
  return found[0]!;
}

function seconds(name: string): number {
  return Number(/^(\d+)s?$/.exec(one(name))?.[1]);
}

describe("the unit for systemd", () => {
  test("starts what is there, with the flags of npm start", () => {
    const { scripts } = JSON.parse(readRoot("package.json")) as { scripts: Record<string, string> };
    const [program, ...given] = one("ExecStart").split(" ");
    const flags = given.filter((word) => /^--max-/.test(word));
    const [main, ...words] = given.slice(flags.length);
    const home = one("WorkingDirectory");
    for (const path of [program, main]) {
      expect(path?.startsWith(`${home}/`)).toBe(true);
      expect(existsSync(join(root, path!.slice(home.length + 1)))).toBe(true);
    }
    expect(scripts.start).toContain(` ${flags.join(" ")} gateway/main.ts serve`);
    expect(words.slice(0, 2)).toEqual(["serve", "--config"]);
    expect(existsSync(join(root, one("Documentation").replace(`file://${home}/`, "")))).toBe(true);
  });

  test("gives settings that are accepted, in folders that it makes", () => {
    const environment = Object.fromEntries(
      one("Environment")
        .split(" ")
        .map((pair) => pair.split("=") as [string, string]),
    );
    const { dataDir } = readConfig({ environment, file: "/dev/null" });
    expect(dataDir).toBe(`/var/lib/${one("StateDirectory")}`);
    expect(environment.NODE_COMPILE_CACHE).toBe(`/var/cache/${one("CacheDirectory")}`);
    expect(one("StateDirectoryMode")).toBe("0700");
  });

  test("leaves the time that a stop may take, and tells a wrong setting from a crash", () => {
    const { stopTimeoutMs, broker, api } = configSchema.parse({});
    expect(seconds("TimeoutStopSec") * 1000).toBeGreaterThanOrEqual(2 * stopTimeoutMs);
    expect(one("RestartPreventExitStatus")).toBe(String(exitCodes.settings));
    expect(one("Restart")).toBe("always");
    expect(Number(one("LimitNOFILE"))).toBeGreaterThan(broker.connections + api.connections);
  });

  test("reloads by the signal that the gateway knows, and is watched", () => {
    expect(one("ExecReload")).toBe("/bin/kill -HUP $MAINPID");
    expect([one("Type"), one("NotifyAccess")]).toEqual(["notify", "all"]);
    expect(seconds("WatchdogSec")).toBeGreaterThan(0);
  });

  test("takes away what a gateway needs not", () => {
    expect(one("User")).not.toBe("root");
    expect(one("ProtectSystem")).toBe("strict");
    expect(one("CapabilityBoundingSet")).toBe("");
    expect(one("NoNewPrivileges")).toBe("true");
    expect(all("SystemCallFilter")[0]).toBe("@system-service");
    // The JavaScript engine writes code and runs it: with this the gateway would not start.
    expect(all("MemoryDenyWriteExecute")).toEqual([]);
  });

  test.skipIf(!hasSystemd)("is understood by systemd, which calls its exposure at most 2.0", () => {
    const folder = mkdtempSync(join(tmpdir(), "linli-unit-"));
    try {
      const unit = join(folder, "linli.service");
      writeFileSync(unit, text.replaceAll(`${one("WorkingDirectory")}/`, `${root}/`));
      const verified = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
      expect(verified.stderr).toBe("");
      const judged = spawnSync("systemd-analyze", ["security", "--offline=true", "--no-pager", unit], {
        encoding: "utf8",
      });
      const exposure = Number(/Overall exposure level for linli\.service: ([\d.]+)/.exec(judged.stdout)?.[1]);
      expect(exposure).toBeLessThanOrEqual(2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
