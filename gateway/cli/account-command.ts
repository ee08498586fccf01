import type { Command } from "commander";
import {
  type Connection,
  type Credentials,
  clientOf,
  connected,
  listAll,
  printCredentials,
} from "./connected.ts";
import { printTable } from "./table.ts";

/** `linli account list|add|remove` */
export function addAccountCommand(program: Command): void {
  const account = program
    .command("account")
    .description("service accounts: bridges and programs that speak MQTT");
  connected(account.command("list").description("list the service accounts")).action(
    async (options: Connection) => {
      const accounts = await listAll<{ name: string; publish: string[]; subscribe: string[] }>(
        clientOf(options),
        "/accounts",
      );
      const rows = accounts.map(({ name, publish, subscribe }) => [
        name,
        publish.join(" "),
        subscribe.join(" "),
      ]);
      printTable(["name", "publish", "subscribe"], rows);
    },
  );
  connected(
    account.command("add").description("add a service account and print its credentials").argument("<name>"),
  )
    .option("--publish <filter...>", "topic filters that it may publish to", [])
    .option("--subscribe <filter...>", "topic filters that it may subscribe to", [])
    .action(async (name: string, options: Connection & { publish: string[]; subscribe: string[] }) => {
      const { publish, subscribe } = options;
      const body = { name, publish, subscribe };
      const { credentials } = await clientOf(options).call<{ credentials: Credentials }>(
        "POST",
        "/accounts",
        body,
      );
      printCredentials(credentials);
    });
  connected(account.command("remove").description("remove a service account").argument("<name>")).action(
    async (name: string, options: Connection) => {
      await clientOf(options).call("DELETE", `/accounts/${encodeURIComponent(name)}`);
      console.log(`account ${name} removed`);
    },
  );
}
