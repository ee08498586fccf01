import { z } from "zod";
import { alertSettings } from "./alert/settings.ts";
import { apiSettings } from "./api/settings.ts";
import { backupSettings } from "./backup/settings.ts";
import { brokerSettings } from "./broker/settings.ts";
import { dutySettings } from "./duty/settings.ts";
import { gb26875Settings } from "./ingest/gb26875/settings.ts";
import { ingestSettings } from "./ingest/settings.ts";
import { journalSettings } from "./journal/settings.ts";
import { liveSettings } from "./live/settings.ts";
import { notifySettings } from "./notify/settings.ts";
import { secretsOfTargets } from "./notify/target-settings.ts";
import { privacySettings } from "./privacy/settings.ts";
import { seriesSettings } from "./series/settings.ts";
import { auditSettings } from "./state/audit/settings.ts";
import { stateSettings } from "./state/settings.ts";
import { tlsSettings } from "./tls/settings.ts";
import { trialSettings } from "./trial/settings.ts";

const port = z.int().min(0).max(65_535);

/** Every setting of the gateway with its default. `broker.connectTimeoutMs` is `LINLI_BROKER_CONNECT_TIMEOUT_MS` in the environment. */
export const configSchema = z.strictObject({
  mqttPort: port.default(1883).describe("Port of the plain MQTT listener; 0 takes a free one"),
  httpPort: port
    .default(8080)
    .describe("Port of the API, of the screens and of MQTT over WebSocket at /mqtt, in plain text"),
  host: z.string().min(1).default("127.0.0.1").describe("Address that both plain ports listen on"),
  allowPlain: z
    .boolean()
    .default(false)
    .describe("Listen in plain text on an address that other machines can reach"),
  plainMqtt: z.boolean().default(true).describe("Open the plain port of MQTT"),
  plainHttp: z
    .boolean()
    .default(true)
    .describe("Open the plain HTTP port; the commands of linli and the containers' health check use it"),
  dataDir: z.string().min(1).default("./data").describe("Folder of the journal and the databases"),
  adminToken: z
    .string()
    .min(16)
    .optional()
    .describe("A bearer token with the role admin; without it the first start makes one and prints it once"),
  logLevel: z
    .enum(["error", "warn", "info", "debug", "silent"])
    .default("info")
    .describe("Least level that is logged"),
  checkpointMs: z
    .int()
    .min(100)
    .default(10_000)
    .describe("How often device states are saved, ms; a start replays what came since"),
  slowCommitMs: z
    .int()
    .min(100)
    .default(10_000)
    .describe("When nothing has become durable for so long, the gateway is not ready, ms"),
  maxOpenCommands: z
    .int()
    .min(1)
    .default(10_000)
    .describe("Commands that may be under way; further ones are refused"),
  stopTimeoutMs: z
    .int()
    .min(500)
    .default(10_000)
    .describe("Longest time of a stop, ms; what is not through by then is cut, and the exit code is 1"),
  broker: brokerSettings.unwrap().omit({ host: true, port: true }).strict().prefault({}),
  ingest: ingestSettings.unwrap().strict().prefault({}),
  tls: tlsSettings.strict().prefault({}),
  gb26875: gb26875Settings.strict().prefault({}),
  journal: journalSettings.strict().prefault({}),
  state: stateSettings.strict().prefault({}),
  audit: auditSettings.strict().prefault({}),
  alert: alertSettings.strict().prefault({}),
  duty: dutySettings.strict().prefault({}),
  api: apiSettings.omit({ host: true, port: true }).strict().prefault({}),
  live: liveSettings.strict().prefault({}),
  notify: notifySettings.strict().prefault({}),
  privacy: privacySettings.strict().prefault({}),
  series: seriesSettings.strict().prefault({}),
  backup: backupSettings.strict().prefault({}),
  trial: trialSettings.strict().prefault({}),
});

/** The settings, parsed once at start. */
export type Config = z.infer<typeof configSchema>;

/** Settings that are never printed and that may come from a file named by `LINLI_…_FILE`. */
export const secretPaths: ReadonlySet<string> = new Set([
  "adminToken",
  "api.oidc.clientSecret",
  "series.influx.token",
  "series.influx.password",
  "backup.passphrase",
  "trial.deadMan.url",
]);

/** The values of the secret settings that are set. */
export function secretsOf(config: Config): string[] {
  const read = (path: string) =>
    path.split(".").reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], config);
  const own = [...secretPaths].map(read).filter((value) => typeof value === "string");
  return [...own, ...secretsOfTargets(config.notify.targets)];
}

/** One setting as it is documented. */
export interface SettingFact {
  /** `broker.connectTimeoutMs` */
  readonly path: string;
  /** `LINLI_BROKER_CONNECT_TIMEOUT_MS` */
  readonly variable: string;
  readonly description: string;
  readonly default: unknown;
  readonly type: "number" | "boolean" | "list" | "text";
}

/** Every setting in the order of the schema. */
export function listSettings(): SettingFact[] {
  const schema = z.toJSONSchema(configSchema, { io: "input" }) as JsonSchema;
  return leaves(schema, []);
}

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

function leaves(schema: JsonSchema, path: readonly string[]): SettingFact[] {
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([name, item]) => leaves(item, [...path, name]));
  }
  const { description = "", type } = schema;
  const fact = { path: path.join("."), variable: variableOf(path), description, default: schema.default };
  const types: Record<string, SettingFact["type"]> = {
    integer: "number",
    number: "number",
    boolean: "boolean",
    array: "list",
  };
  return [{ ...fact, type: types[type ?? ""] ?? "text" }];
}

function variableOf(path: readonly string[]): string {
  const words = path.map((name) => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase());
  return `LINLI_${words.join("_")}`;
}
