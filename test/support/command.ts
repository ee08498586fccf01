import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../house/sources.ts";
import type { TestGateway } from "./gateway.ts";

/** What a command said, and how it ended. */
export interface CommandEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of `linli` in a process of its own, as administrator of a gateway. */
export async function runLinli(
  { url, token }: Pick<TestGateway, "url" | "token">,
  ...words: string[]
): Promise<CommandEnd> {
  const line = [join(root, "gateway/main.ts"), ...words, "--url", url, "--token", token];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, line);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}
