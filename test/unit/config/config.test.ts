import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listSettings } from "../../../gateway/config.ts";
import { type ConfigSources, readConfig } from "../../../gateway/config-sources.ts";

let folder: string;
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "linli-config-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function aFile(text: string): string {
  const file = join(folder, `linli-${files++}.yaml`);
  writeFileSync(file, text);
  return file;
}

function read(sources: Partial<ConfigSources>) {
  return readConfig({ file: aFile(""), environment: {}, ...sources });
}

function faultsOf(sources: Partial<ConfigSources>): string {
  try {
    read(sources);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("settings", () => {
  test("come from defaults, then the file, then the environment, then flags", () => {
    const file = aFile("mqttPort: 1001\nhttpPort: 1002\nbroker: { connections: 7 }\n");
    const environment = { LINLI_HTTP_PORT: "2002", LINLI_LOG_LEVEL: "warn" };
    const config = read({ file, environment, flags: { logLevel: "debug", host: undefined } });
    expect(config).toMatchObject({ mqttPort: 1001, httpPort: 2002, logLevel: "debug", host: "127.0.0.1" });
    expect(config.broker.connections).toBe(7);
    expect(config.dataDir).toBe("./data");
  });

  test("every one has a variable of its own and a description", () => {
    const settings = listSettings();
    expect(new Set(settings.map(({ variable }) => variable)).size).toBe(settings.length);
    expect(settings.filter(({ description }) => description === "").map(({ path }) => path)).toEqual([]);
    expect(settings.find(({ path }) => path === "broker.connectTimeoutMs")?.variable).toBe(
      "LINLI_BROKER_CONNECT_TIMEOUT_MS",
    );
  });

  test("a list of groups comes from the environment as JSON, and no fault of it shows a secret", () => {
    const hook = { type: "webhook", url: "https://a.example/", secret: `whsec_${"A".repeat(40)}` };
    const variable = (value: string) => ({ environment: { LINLI_NOTIFY_TARGETS: value } });
    expect(read(variable(JSON.stringify([hook]))).notify.targets).toMatchObject([hook]);
    for (const wrong of [
      { ...hook, secret: 12345678 },
      { ...hook, secret: "hush-12345678" },
      "hush-12345678",
    ]) {
      const faults = faultsOf(variable(JSON.stringify([wrong])));
      expect(faults).toMatch(/notify\.targets\.0/);
      expect(faults).not.toContain("12345678");
    }
    expect(faultsOf(variable("[{"))).toContain("notify.targets");
  });

  test("all faults are listed together, each with its place and where it came from", () => {
    const file = aFile("mqttPort: many\nbroker: { conections: 7 }\n");
    const faults = faultsOf({ file, environment: { LINLI_HTTP_PORT: "99999", LINLI_COLOUR: "red" } });
    expect(faults).toContain("mqttPort");
    expect(faults).toContain("conections");
    expect(faults).toContain("httpPort (LINLI_HTTP_PORT)");
    expect(faults).toContain("LINLI_COLOUR: there is no such setting");
  });

  test("an address that other machines reach must be allowed by name", () => {
    expect(faultsOf({ environment: { LINLI_HOST: "0.0.0.0" } })).toContain("LINLI_ALLOW_PLAIN");
    expect(read({ environment: { LINLI_HOST: "0.0.0.0", LINLI_ALLOW_PLAIN: "true" } }).host).toBe("0.0.0.0");
    expect(read({ environment: { LINLI_HOST: "::1" } }).host).toBe("::1");
  });

  test("a fire alarm line on a public address needs to be asked for, and is off by default", () => {
    const line = { LINLI_GB26875_HOST: "0.0.0.0", LINLI_GB26875_PORT: "5200" };
    expect(faultsOf({ environment: line })).toContain("neither passwords nor encryption");
    expect(read({ environment: { ...line, LINLI_ALLOW_PLAIN: "true" } }).gb26875.port).toBe(5200);
    expect(read({ environment: { LINLI_GB26875_HOST: "0.0.0.0" } }).gb26875.port).toBeUndefined();
  });

  test("a secret may stand in a file, and nothing else may", () => {
    const secret = join(folder, "token");
    writeFileSync(secret, "a-very-long-secret-token\n");
    expect(read({ environment: { LINLI_ADMIN_TOKEN_FILE: secret } }).adminToken).toBe(
      "a-very-long-secret-token",
    );
    expect(faultsOf({ environment: { LINLI_HOST_FILE: secret } })).toContain("LINLI_HOST_FILE");
    expect(faultsOf({ environment: { LINLI_ADMIN_TOKEN_FILE: join(folder, "none") } })).toContain("ENOENT");
  });

  test("a file that is named must be there and be a map", () => {
    expect(faultsOf({ file: join(folder, "none.yaml") })).toContain("ENOENT");
    expect(faultsOf({ file: aFile("- 1\n") })).toContain("must be a map");
  });
});
