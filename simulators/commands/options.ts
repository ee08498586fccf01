import { type Command, Option } from "commander";
import { GatewayError } from "../../gateway/errors.ts";
import { type Api, createApi } from "../api.ts";
import { maskUrl } from "../mask-url.ts";

/** Where the broker is. */
export interface BrokerOptions {
  readonly broker: string;
  readonly username?: string;
  readonly password?: string;
}

/** Where the gateway's API is. */
export interface ApiOptions {
  readonly url: string;
  readonly token?: string;
}

/** `--broker`, and with `credentials` also user name and password. */
export function brokerOptions(command: Command, credentials: "credentials" | "address-only"): Command {
  const port = process.env.LINLI_MQTT_PORT ?? "1883";
  command.option(
    "-b, --broker <url>",
    "MQTT broker: mqtt://, mqtts://, ws:// or wss://",
    `mqtt://127.0.0.1:${port}`,
  );
  if (credentials === "address-only") return command;
  return command
    .option("-u, --username <name>", "MQTT user name")
    .addOption(new Option("-p, --password <text>", "MQTT password").env("LINLI_MQTT_PASSWORD"));
}

/** `--url` and `--token`, as all commands that call a running gateway have them. */
export function apiOptions(command: Command): Command {
  const { LINLI_URL, LINLI_HTTP_PORT = "8080" } = process.env;
  return command
    .option("--url <url>", "the gateway", LINLI_URL ?? `http://127.0.0.1:${LINLI_HTTP_PORT}`)
    .option("--token <token>", "bearer token (default: LINLI_TOKEN, then LINLI_ADMIN_TOKEN)");
}

/** The token that a command was given. Throws `invalid-request` without one. */
export function tokenOf({ token }: ApiOptions): string {
  const found = token ?? process.env.LINLI_TOKEN ?? process.env.LINLI_ADMIN_TOKEN;
  if (found !== undefined && found !== "") return found;
  throw new GatewayError(
    "invalid-request",
    "no token: give --token, or set LINLI_TOKEN (the first start of the gateway printed one)",
  );
}

/** The API client of a command. Throws `invalid-request` without a token. */
export function apiOf(options: ApiOptions, timeoutMs: number): Api {
  return createApi({ url: options.url, token: tokenOf(options), timeoutMs });
}

/** The broker's address for people, without credentials. */
export function brokerName({ broker }: BrokerOptions): string {
  return maskUrl(broker);
}
