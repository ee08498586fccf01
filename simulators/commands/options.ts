import { type Command, Option } from "commander";
import { trustOption } from "../../client/trust.ts";
import { maskUrl } from "../mask-url.ts";

/** Where the broker is. */
export interface BrokerOptions {
  readonly broker: string;
  readonly username?: string;
  readonly password?: string;
}

/** `--broker`, `--ca`, and with `credentials` also user name and password. */
export function brokerOptions(command: Command, credentials: "credentials" | "address-only"): Command {
  const port = process.env.LINLI_MQTT_PORT ?? "1883";
  trustOption(command).option(
    "-b, --broker <url>",
    "MQTT broker: mqtt://, mqtts://, ws:// or wss://",
    `mqtt://127.0.0.1:${port}`,
  );
  if (credentials === "address-only") return command;
  return command
    .option("-u, --username <name>", "MQTT user name")
    .addOption(new Option("-p, --password <text>", "MQTT password").env("LINLI_MQTT_PASSWORD"));
}

/** The broker's address for people, without credentials. */
export function brokerName({ broker }: BrokerOptions): string {
  return maskUrl(broker);
}
