import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { parse as parseYaml } from "yaml";
import { type Config, configSchema, listSettings, type SettingFact, secretPaths } from "./config.ts";
import { explainIssue } from "./config-faults.ts";
import { GatewayError, messageOf } from "./errors.ts";

/** Where settings come from, weakest first: the defaults, a YAML file, the environment, the command line. */
export interface ConfigSources {
  /** Path of the YAML file. Named explicitly it must exist; otherwise `linli.yaml` is read if it is there. */
  readonly file?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** By path: `{"mqttPort": 0}`; undefined entries say nothing. */
  readonly flags?: Readonly<Record<string, unknown>>;
}

/** Variables of the commands that call a running gateway or broker; no settings of the gateway itself. */
export const clientVariables: ReadonlySet<string> = new Set([
  "LINLI_URL",
  "LINLI_TOKEN",
  "LINLI_MQTT_PASSWORD",
  "LINLI_CA",
]);

/** The YAML file that is read when none is named, if it is in the working folder. */
export const defaultFile = "linli.yaml";

/** Reads all sources. Throws `settings-invalid` that lists every fault with its place. */
export function readConfig({ file, environment, flags = {} }: ConfigSources): Config {
  const faults: string[] = [];
  const tree = readFile(file, faults);
  const origins = new Map<string, string>();
  const settings = new Map(listSettings().map((fact) => [fact.variable, fact]));

  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || !variable.startsWith("LINLI_") || clientVariables.has(variable)) continue;
    const secret = settings.get(variable.replace(/_FILE$/, ""));
    if (variable.endsWith("_FILE") && secret !== undefined && secretPaths.has(secret.path)) {
      place(tree, secret.path, readSecret(variable, text, faults));
      origins.set(secret.path, variable);
      continue;
    }
    const fact = settings.get(variable);
    if (fact === undefined) {
      faults.push(`${variable}: there is no such setting; linli config print lists them`);
      continue;
    }
    place(tree, fact.path, fromText(text, fact));
    origins.set(fact.path, variable);
  }
  for (const [path, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    place(tree, path, value);
    origins.set(path, "command line");
  }

  const parsed = configSchema.safeParse(tree);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues.flatMap((issue) => explainIssue(issue, tree))) {
      faults.push(`${path}${from(origins.get(path))}: ${message}`);
    }
  }
  if (parsed.success && parsed.data.backup.everyHours > 0 && parsed.data.backup.folder === undefined) {
    faults.push("backup.folder: backups every so often need a folder (LINLI_BACKUP_FOLDER)");
  }
  const { host, allowPlain, plainMqtt, plainHttp } = parsed.success ? parsed.data : tree;
  const isPlain = plainMqtt !== false || plainHttp !== false;
  if (typeof host === "string" && host !== "" && isPlain && !isLoopback(host) && allowPlain !== true) {
    faults.push(
      `host${from(origins.get("host"))}: ${host} can be reached by other machines and both ports are plain text; keep 127.0.0.1 and open only TLS (linli tls init, LINLI_TLS_HOST=${host}), or set allowPlain (LINLI_ALLOW_PLAIN=true) if the network is trusted`,
    );
  }
  const line = parsed.data?.gb26875;
  if (line?.port !== undefined && !isLoopback(line.host) && allowPlain !== true) {
    faults.push(
      `gb26875.host${from(origins.get("gb26875.host"))}: ${line.host} can be reached by other machines, and GB/T 26875.3 has neither passwords nor encryption; keep 127.0.0.1 behind a tunnel, or set allowPlain (LINLI_ALLOW_PLAIN=true) if the network is trusted`,
    );
  }
  if (faults.length > 0 || !parsed.success) {
    throw new GatewayError(
      "settings-invalid",
      `the settings have ${faults.length === 1 ? "a fault" : `${faults.length} faults`}:\n  ${faults.join("\n  ")}`,
    );
  }
  return parsed.data;
}

function readFile(file: string | undefined, faults: string[]): Record<string, unknown> {
  const path = file ?? defaultFile;
  if (file === undefined && !existsSync(path)) return {};
  try {
    const tree: unknown = parseYaml(readFileSync(path, "utf8")) ?? {};
    if (typeof tree === "object" && tree !== null && !Array.isArray(tree))
      return tree as Record<string, unknown>;
    faults.push(`${path}: must be a map of settings`);
  } catch (error) {
    // The YAML parser draws the place over several lines; the first says it all.
    faults.push(`${path}: ${messageOf(error).split(":\n")[0]}`);
  }
  return {};
}

function readSecret(variable: string, path: string, faults: string[]): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    faults.push(`${variable}: ${messageOf(error)}`);
    return undefined;
  }
}

function fromText(text: string, { type }: SettingFact): unknown {
  if (type === "number") return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
  if (type === "boolean")
    return { true: true, false: false, "1": true, "0": false }[text.toLowerCase()] ?? text;
  if (type === "list" && text.trimStart().startsWith("[")) return fromJson(text);
  if (type === "list")
    return text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
  return text;
}

/** Lists of groups cannot be written with commas; what is no JSON is left for the schema to refuse. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function place(tree: Record<string, unknown>, path: string, value: unknown): void {
  const names = path.split(".");
  const last = names.pop() as string;
  let node = tree;
  for (const name of names) {
    if (typeof node[name] !== "object" || node[name] === null) node[name] = {};
    node = node[name] as Record<string, unknown>;
  }
  node[last] = value;
}

function from(origin: string | undefined): string {
  return origin === undefined ? "" : ` (${origin})`;
}

/** Whether an address is reached from this machine only. */
export function isLoopback(host: string): boolean {
  if (host === "localhost" || host === "::1") return true;
  return isIP(host) === 4 && host.startsWith("127.");
}
