import { createWriteStream, existsSync } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import { apiOf, apiOptions, type ConnectionOptions } from "../../client/options.ts";
import { seal } from "../backup/age.ts";
import type { Manifest } from "../backup/manifest.ts";
import { readBackup } from "../backup/read.ts";
import { fileStem } from "../backup/schedule.ts";
import { saveStopped } from "../backup-offline.ts";
import { GatewayError } from "../errors.ts";
import { passphraseOption, readPassphrase } from "./passphrase.ts";

interface BackupOptions extends ConnectionOptions {
  readonly dataDir?: string;
  readonly config?: string;
  readonly passphraseFile?: string;
}

/** Longest wait for the answers of a gateway, ms; a download takes as long as it takes. */
const timeoutMs = 30_000;

/** `linli backup [file]`, `linli backup verify <file>` */
export function addBackupCommand(program: Command): void {
  const backup = program
    .command("backup")
    .description(
      "save everything of a gateway in one file, while it runs; with --data-dir of one that is stopped",
    )
    .argument("[file]", "file to make (default: linli-<time>.tar.zst here)");
  apiOptions(backup)
    .option("--data-dir <folder>", "data folder of a stopped gateway, in place of --url")
    .option("-c, --config <file>", "with --data-dir: YAML file with settings that goes into the backup")
    .option(...passphraseOption)
    .action(make);

  backup
    .command("verify")
    .description("read a backup from end to end and check every part; exit code 3 when it is damaged")
    .argument("<file>", "the backup")
    .option(...passphraseOption)
    .action(async (file: string, _options, command: Command) => {
      // Commander gives an option that both commands know to the outer one.
      const { passphraseFile } = command.optsWithGlobals<BackupOptions>();
      const manifest = await readBackup({ file, passphrase: readPassphrase(passphraseFile) });
      console.log(`${file}: ${describe(manifest)}; nothing is damaged or missing`);
    });
}

async function make(given: string | undefined, options: BackupOptions): Promise<void> {
  const passphrase = readPassphrase(options.passphraseFile);
  const file = given ?? `${fileStem(Date.now())}.tar.zst${passphrase === undefined ? "" : ".age"}`;
  if (existsSync(file)) throw new GatewayError("conflict", `${file} exists already; name another file`);
  const draft = `${file}.partial`;
  await rm(draft, { force: true });
  try {
    if (options.dataDir === undefined) await download(options, draft, passphrase);
    else {
      const { dataDir, config: configFile } = options;
      await saveStopped({ dataDir, configFile, file: draft, passphrase });
    }
    // Read back before it gets its name: what cannot be restored is no backup.
    const manifest = await readBackup({ file: draft, passphrase });
    await rename(draft, file);
    const { size } = await stat(file);
    console.log(`${file}: ${Math.ceil(size / 1024)} KiB, ${describe(manifest)}`);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  if (passphrase === undefined) {
    console.error(
      "It is not encrypted and holds the key of every password: keep it where only you can read it.",
    );
  }
}

async function download(options: BackupOptions, file: string, passphrase: string | undefined): Promise<void> {
  const bytes = await apiOf(options, timeoutMs).download("/backup");
  const output = createWriteStream(file, { flags: "wx", mode: 0o600, flush: true });
  try {
    await pipeline(passphrase === undefined ? bytes : seal(bytes, passphrase), output);
  } catch (cause) {
    if (cause instanceof Error && "syscall" in cause) {
      throw new GatewayError("internal", `${file} cannot be written: ${cause.message}`, { cause });
    }
    throw new GatewayError("broker-refused", "the gateway broke off the backup; its log says why", { cause });
  }
}

/** What is in a backup, in a few words. */
export function describe({ program, createdAt, parts, journal }: Manifest): string {
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  return `linli ${program} of ${createdAt}, ${parts.length} parts of ${Math.ceil(bytes / 1024)} KiB, journal up to record ${journal.last}`;
}
