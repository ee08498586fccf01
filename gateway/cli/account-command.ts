import type { Command } from "commander";
import { type Credentials, connected, printCredentials } from "./connected.ts";
import { printTable } from "./table.ts";

/** `linli account list|add|remove` */
export function addAccountCommand(program: Command): void {
  const account = program
    .command("account")
    .description("service accounts: bridges and programs that speak MQTT");

  connected(account.command("list").description("list the service accounts"), async (api) => {
    const accounts = await api.all<Account>("/accounts");
    printTable(
      ["name", "publish", "subscribe"],
      accounts.map(({ name, publish, subscribe }) => [name, publish.join(" "), subscribe.join(" ")]),
    );
  });

  const add = account
    .command("add")
    .description("add a service account and print its credentials, which are shown only once")
    .argument("<name>")
    .option("--publish <filter...>", "topic filters that it may publish to, for example 'zigbee2mqtt/#'")
    .option("--subscribe <filter...>", "topic filters that it may subscribe to");
  connected<Partial<Filters>>(add, async (api, [name], { publish = [], subscribe = [] }) => {
    if (publish.length + subscribe.length === 0) {
      add.error("error: an account without topics can do nothing; give --publish, --subscribe, or both");
    }
    const body = { name, publish, subscribe };
    const { credentials } = await api.post<{ credentials: Credentials }>("/accounts", body);
    printCredentials(credentials);
  });

  const remove = account.command("remove").description("remove a service account").argument("<name>");
  connected(remove, async (api, [name = ""]) => {
    await api.remove(`/accounts/${encodeURIComponent(name)}`);
    console.log(`account ${name} removed`);
  });
}

interface Filters {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

interface Account extends Filters {
  readonly name: string;
}
