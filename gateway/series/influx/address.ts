import { GatewayError } from "../../errors.ts";
import type { SeriesSettings } from "../settings.ts";

/** Reads a server's address; throws `settings-invalid` when it is none, or carries a password that would reach messages. */
export function readUrl(text: string): URL {
  const path = "series.influx.url";
  const refuse = (reason: string) =>
    new GatewayError("settings-invalid", `${path} ${reason}, such as http://127.0.0.1:8086`, { path });
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw refuse("must be an http or https address");
  if (url.username !== "" || url.password !== "")
    throw refuse("must not carry a user name or password; they have settings of their own");
  if (url.search !== "" || url.hash !== "") throw refuse("must end with its path");
  return url;
}

/** The `Authorization` header; undefined when none is set. */
export function authorizationOf({
  api,
  token,
  username,
  password = "",
}: Pick<SeriesSettings["influx"], "api" | "token" | "username" | "password">): string | undefined {
  if (api === "v2") return token === undefined ? undefined : `Token ${token}`;
  if (username === undefined) return undefined;
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** What must not be told of the settings. */
export function secretsOf({ influx: { token, password } }: Pick<SeriesSettings, "influx">): string[] {
  return [token, password].filter((secret) => secret !== undefined);
}

/** Path of a write with its query string. */
export function writePath({ api, database, org }: SeriesSettings["influx"]): string {
  const [path, names] =
    api === "v2" ? ["/api/v2/write", { org, bucket: database }] : ["/write", { db: database }];
  return `${path}?${new URLSearchParams({ ...names, precision: "ns" })}`;
}
