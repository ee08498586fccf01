import { type Command, InvalidArgumentError, Option } from "commander";
import { GatewayError } from "../gateway/errors.ts";
import { type Api, createApi } from "./api.ts";
import { trustOption } from "./trust.ts";

/** Where the gateway's API is and who calls it. */
export interface ConnectionOptions {
  readonly url: string;
  readonly token?: string;
}

/** Adds `--url`, `--token` and `--ca`, as nearly all commands that call a running gateway have them. */
export function apiOptions(command: Command): Command {
  return urlOption(command).option(
    "--token <token>",
    "bearer token (default: LINLI_TOKEN, then LINLI_ADMIN_TOKEN)",
  );
}

/** Adds `--url` and `--ca` alone, for a command that needs no token. */
export function urlOption(command: Command): Command {
  const { LINLI_HTTP_PORT = "8080" } = process.env;
  return trustOption(command).addOption(
    new Option("--url <url>", "the gateway")
      .env("LINLI_URL")
      .default(`http://127.0.0.1:${LINLI_HTTP_PORT}`)
      .argParser(httpUrl),
  );
}

/** The token that a command was given. Throws `invalid-request` without one. */
export function tokenOf({ token }: ConnectionOptions): string {
  const found = token || process.env.LINLI_TOKEN || process.env.LINLI_ADMIN_TOKEN;
  if (found) return found;
  throw new GatewayError(
    "invalid-request",
    "no token: give --token, or set LINLI_TOKEN (the first start of the gateway printed one)",
  );
}

/** The API client of a command. Throws `invalid-request` without a token. */
export function apiOf(options: ConnectionOptions, timeoutMs: number): Api {
  return createApi({ url: options.url, token: tokenOf(options), timeoutMs });
}

function httpUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError("it must look like http://127.0.0.1:8080.");
}
