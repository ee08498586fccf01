import type { Command } from "commander";
import type { Api } from "../../client/api.ts";
import { apiOf, apiOptions, type ConnectionOptions } from "../../client/options.ts";

/** Longest wait for an answer, ms: an import of thousands of devices takes seconds. */
export const timeoutMs = 30_000;

/** What a command that calls a running gateway does. */
type Action<Options> = (api: Api, given: readonly string[], options: Options) => Promise<void>;

/** Gives a command `--url` and `--token`; its action gets the API they name, the arguments and the options. */
export function connected<Options extends object>(command: Command, action: Action<Options>): void {
  apiOptions(command).action(async () => {
    const options = command.opts<ConnectionOptions & Options>();
    await action(apiOf(options, timeoutMs), command.args, options);
  });
}

/** What a device or account connects with. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Prints credentials, which nobody can read again later. */
export function printCredentials({ username, password }: Credentials): void {
  console.log(`username  ${username}\npassword  ${password}`);
}
