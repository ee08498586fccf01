import { type Command, Option } from "commander";
import { accountPresets } from "../state/account-presets.ts";
import { type Credentials, connected, printCredentials } from "./connected.ts";
import { readSeconds } from "./duration.ts";
import { printTable } from "./table.ts";

/** `linli account list|add|rotate|revoke|remove` */
export function addAccountCommand(program: Command): void {
  const account = program
    .command("account")
    .description("service accounts: bridges and programs that speak MQTT");

  connected(account.command("list").description("list the service accounts"), async (api) => {
    const accounts = await api.all<Account>("/accounts");
    printTable(
      ["name", "publish", "subscribe", "password", "last used"],
      accounts.map(({ name, publish, subscribe, credentials: { state, lastUsedAt } }) => [
        ...[name, publish.join(" "), subscribe.join(" ")],
        ...[state, lastUsedAt ?? "never"],
      ]),
    );
  });

  const add = account
    .command("add")
    .description("add a service account and print its credentials, which are shown only once")
    .argument("<name>")
    .option("--publish <filter...>", "topic filters that it may publish to, for example 'zigbee2mqtt/#'")
    .option("--subscribe <filter...>", "topic filters that it may subscribe to")
    .addOption(
      new Option("--preset <program>", "the filters that this program needs, besides those given").choices(
        Object.keys(accountPresets),
      ),
    );
  connected<Partial<Filters> & { preset?: keyof typeof accountPresets }>(
    add,
    async (api, [name], options) => {
      const preset = options.preset && accountPresets[options.preset];
      const publish = [...new Set([...(preset?.publish ?? []), ...(options.publish ?? [])])];
      const subscribe = [...new Set([...(preset?.subscribe ?? []), ...(options.subscribe ?? [])])];
      if (publish.length + subscribe.length === 0) {
        add.error(
          "error: an account without topics can do nothing; give --preset, --publish, --subscribe, or several",
        );
      }
      const body = { name, publish, subscribe };
      const { credentials } = await api.post<{ credentials: Credentials }>("/accounts", body);
      printCredentials(credentials);
    },
  );

  const rotate = account
    .command("rotate")
    .description("give a service account a new password")
    .argument("<name>")
    .option(
      "--overlap <time>",
      "how long the old password holds beside the new one, as 24h (default: as the gateway's settings say, which is 0, at once)",
      readSeconds,
    );
  connected<{ overlap?: number }>(rotate, async (api, [name = ""], { overlap }) => {
    const made = await api.post<Credentials & { previousUntil: string | null }>(
      `${pathOf(name)}/credentials/rotate`,
      { overlapS: overlap },
    );
    printCredentials(made);
    if (made.previousUntil !== null) console.error(`the old password holds until ${made.previousUntil}`);
  });

  const revoke = account
    .command("revoke")
    .description("shut a service account out at once; it comes back with rotate")
    .argument("<name>");
  connected(revoke, async (api, [name = ""]) => {
    await api.post(`${pathOf(name)}/credentials/revoke`);
    console.log(`account ${name} cannot connect any more`);
  });

  const remove = account.command("remove").description("remove a service account").argument("<name>");
  connected(remove, async (api, [name = ""]) => {
    await api.remove(pathOf(name));
    console.log(`account ${name} removed`);
  });
}

interface Filters {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

interface Account extends Filters {
  readonly name: string;
  readonly credentials: { readonly state: string; readonly lastUsedAt: string | null };
}

function pathOf(name: string): string {
  return `/accounts/${encodeURIComponent(name)}`;
}
