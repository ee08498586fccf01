import { type Command, Option } from "commander";
import { GatewayError } from "../../gateway/errors.ts";
import { type Api, createApi } from "../api.ts";
import { maskUrl } from "../connection.ts";

/** Where the broker is. */
export interface BrokerOptions {
  readonly broker: string;
  readonly username?: string;
  readonly password?: string;
}

/** Where the API is. */
export interface ApiOptions {
  readonly api: string;
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

/** `--api` and `--token`. */
export function apiOptions(command: Command): Command {
  const port = process.env.LINLI_HTTP_PORT ?? "8080";
  return command
    .option("--api <url>", "address of the gateway's HTTP API", `http://127.0.0.1:${port}`)
    .addOption(new Option("--token <token>", "bearer token for the API").env("LINLI_ADMIN_TOKEN"));
}

/** The API client of a command. Throws `invalid-request` without a token. */
export function apiOf({ api, token }: ApiOptions, timeoutMs: number): Api {
  if (token === undefined) {
    throw new GatewayError("invalid-request", "no token: give --token, or set LINLI_ADMIN_TOKEN");
  }
  return createApi({ url: api, token, timeoutMs });
}

/** The broker's address for people, without credentials. */
export function brokerName({ broker }: BrokerOptions): string {
  return maskUrl(broker);
}
