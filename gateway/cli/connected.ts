import type { Command } from "commander";
import { type Client, createClient } from "./client.ts";

/** Options of every command that calls a running gateway. */
export interface Connection {
  readonly url: string;
  readonly token?: string;
}

/** What a device or account connects with. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Adds `--url` and `--token`. */
export function connected(command: Command): Command {
  return command
    .option("--url <url>", "the gateway", process.env.LINLI_URL ?? "http://127.0.0.1:8080")
    .option("--token <token>", "bearer token (default: LINLI_TOKEN, then LINLI_ADMIN_TOKEN)");
}

/** The client that the options name. */
export function clientOf({ url, token }: Connection): Client {
  return createClient({ url, token: token ?? process.env.LINLI_TOKEN ?? process.env.LINLI_ADMIN_TOKEN });
}

/** Every item of a paged list. */
export async function listAll<T>(client: Client, path: string, query = new URLSearchParams()): Promise<T[]> {
  const items: T[] = [];
  for (;;) {
    const page = await client.call<{ items: T[]; next?: string | null }>("GET", `${path}?${query}`);
    items.push(...page.items);
    if (page.next === undefined || page.next === null) return items;
    query.set("cursor", page.next);
  }
}

/** Prints credentials, which nobody can read again later. */
export function printCredentials({ username, password }: Credentials): void {
  console.log(`username  ${username}\npassword  ${password}`);
}
