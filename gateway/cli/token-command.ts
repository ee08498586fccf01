import { Argument, type Command } from "commander";
import { apiOf, apiOptions, type ConnectionOptions } from "../../client/options.ts";
import type { Role } from "../types.ts";
import { connected } from "./connected.ts";
import { printTable } from "./table.ts";
import { addTokenStopped } from "./token-offline.ts";

/** `linli token list|add|remove` */
export function addTokenCommand(program: Command): void {
  const token = program
    .command("token")
    .description("bearer tokens of people and programs that call the API");

  connected(token.command("list").description("list the tokens, without their secrets"), async (api) => {
    const tokens = await api.all<Token>("/tokens");
    printTable(
      ["id", "name", "role", "site", "last use", "ends"],
      tokens.map(({ id, name, role, site, usedAt, expiresAt }) => [
        ...[id, name, role, site ?? "all", usedAt ?? "never", expiresAt ?? "never"],
      ]),
    );
  });

  const add = token
    .command("add")
    .description("make a token and print it, once")
    .argument("<name>", "whose it is")
    .addArgument(
      new Argument("<role>", "what it may; docs/operations.md has the table").choices([
        ...["viewer", "firefighter", "manager", "engineer", "admin"],
      ]),
    )
    .option("--site <id>", "the only site it may see and touch (default: all sites)")
    .option("--expires <time>", "when it ends by itself, for example 2027-01-01T00:00:00Z (default: never)")
    .option("--only <operation...>", "the only operations that it may call, for example exportSeries")
    .option(
      "--data-dir <folder>",
      "data folder of a stopped gateway, in place of --url: for when the last administrator's token is lost",
    );
  apiOptions(add).action(async (name: string, role: Role, options: AddOptions) => {
    const { site, dataDir, expires: expiresAt, only: operations } = options;
    if (dataDir !== undefined) {
      console.log(await addTokenStopped(dataDir, { name, role, site }));
      return;
    }
    const body = { name, role, site, expiresAt, operations };
    const made = await apiOf(options, timeoutMs).post<{ token: string }>("/tokens", body);
    console.log(made.token);
  });

  const remove = token
    .command("remove")
    .description("end a token")
    .argument("<id>", "the id that linli token list shows");
  connected(remove, async (api, [id = ""]) => {
    await api.remove(`/tokens/${encodeURIComponent(id)}`);
    console.log(`token ${id} removed`);
  });
}

/** Longest wait for the gateway's answer, ms. */
const timeoutMs = 30_000;

interface AddOptions extends ConnectionOptions {
  readonly site?: string;
  readonly dataDir?: string;
  readonly expires?: string;
  readonly only?: readonly string[];
}

interface Token {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly site: string | null;
  readonly usedAt: string | null;
  readonly expiresAt: string | null;
}
