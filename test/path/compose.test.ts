import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DCLinter } from "dclint";
import { describe, expect, test } from "vitest";
import { root } from "../house/sources.ts";
import { namesIn, readCompose, readDefaults, readRoot, type Service } from "../support/compose.ts";

const defaults = readDefaults();
const compose = readCompose(defaults);
const services = Object.entries(compose.services);
const gateway = compose.services.gateway as Service;

describe("docker-compose.yml", () => {
  test("is what the Compose Specification allows, with ports bound and images named by version", async () => {
    const folder = await mkdtemp(join(tmpdir(), "linli-compose-"));
    const path = join(folder, "docker-compose.yml");
    await writeFile(path, compose.text);
    const linter = new DCLinter({ rules: lintRules, quiet: true, debug: false, exclude: [] });
    const messages = (linter.lintFiles([path], false) as Linted[]).flatMap((file) => file.messages);
    await rm(folder, { recursive: true });
    expect(messages.map(({ rule, line, message }) => `${rule} ${line}: ${message}`)).toEqual([]);
  });

  test("says what to do when nothing was chosen", () => {
    expect(() => readCompose({})).toThrow(/copy .env.example to .env/);
  });

  test("declares every volume, network, secret and service that it names, and uses each", () => {
    const named = services.flatMap(([, { volumes = [] }]) => volumes.map((mount) => mount.split(":")[0]));
    expect(namesIn(named.filter((source) => !source?.startsWith(".")))).toEqual(namesIn(compose.volumes));
    const networks = services.flatMap(([, service]) => namesIn(service.networks));
    expect(namesIn(networks)).toEqual(namesIn(compose.networks));
    expect(namesIn(services.flatMap(([, { secrets = [] }]) => secrets))).toEqual(namesIn(compose.secrets));
    const awaited = services.flatMap(([, { depends_on = {} }]) => Object.keys(depends_on));
    for (const name of awaited) expect(Object.keys(compose.services)).toContain(name);
  });

  test("mounts only files of the repository, and those read-only", () => {
    const mounts = services.flatMap(([, { volumes = [] }]) =>
      volumes.filter((mount) => mount.startsWith(".")),
    );
    expect(mounts.length).toBeGreaterThan(2);
    for (const mount of mounts) {
      const [source = "", , mode] = mount.split(":");
      expect(existsSync(join(root, source)), mount).toBe(true);
      expect(mode, mount).toBe("ro");
    }
  });

  test("holds no secret: each comes from a file that git and the image leave out", () => {
    for (const [service, { environment = {}, command = [], secrets = [] }] of services) {
      for (const [name, value] of Object.entries(environment)) {
        if (/TOKEN|PASSWORD|SECRET/.test(name)) expect(value, name).toMatch(/^\/run\/secrets\//);
      }
      const read = [...Object.values(environment), ...command].flatMap(
        (text) => /\/run\/secrets\/(\w+)/.exec(text)?.[1] ?? [],
      );
      expect(namesIn(read), service).toEqual(namesIn(secrets));
    }
    const files = Object.values(compose.secrets).map(({ file }) => file);
    for (const file of files) expect(readRoot(".env.example"), file).toContain(nameOf(file));
    expect(files.filter((file) => !file.startsWith("./secrets/"))).toEqual([]);
    expect(readRoot(".gitignore").split("\n")).toEqual(expect.arrayContaining(["/secrets/", "/.env"]));
  });

  test.each(services)("%s may do and take only what it needs", (_, service) => {
    expect(service.cap_drop).toEqual(["ALL"]);
    expect(service.security_opt).toEqual(["no-new-privileges:true"]);
    expect(service.mem_limit).toMatch(/^\d+[mg]$/);
    expect(service.restart).toBe("unless-stopped");
    expect(service.logging).toMatchObject({ options: { "max-size": "10m" } });
    // The gateway's own check stands in the Dockerfile.
    if (service.build === undefined) {
      expect(service.healthcheck).toBeDefined();
      expect(service.image).toMatch(/:v?\d+\.\d+/);
    }
  });

  test("makes nobody wait for what may not run", () => {
    for (const [name, { depends_on = {} }] of services) {
      for (const [awaited, { condition, required = true }] of Object.entries(depends_on)) {
        expect(condition, `${name} ${awaited}`).toBe("service_healthy");
        expect(required).toBe(compose.services[awaited]?.profiles === undefined);
      }
    }
    expect(gateway.depends_on).toBeUndefined();
  });
});

/** The order of keys and services is ours: what belongs together stands together. */
const lintRules = {
  "service-keys-order": 0,
  "services-alphabetical-order": 0,
  "service-dependencies-alphabetical-order": 0,
  "top-level-properties-order": 0,
  "require-quotes-in-ports": [1, { quoteType: "double" }],
} satisfies ConstructorParameters<typeof DCLinter>[0]["rules"];

/** What the linter finds in a file; its declarations leave it open. */
interface Linted {
  readonly messages: readonly { readonly rule: string; readonly line: number; readonly message: string }[];
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}
