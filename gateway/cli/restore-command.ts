import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Command, Option } from "commander";
import type { Manifest } from "../backup/manifest.ts";
import { restoreBackup } from "../backup/restore.ts";
import { GatewayError, messageOf } from "../errors.ts";
import { databaseFile } from "../state/database.ts";
import { programMigrations } from "../state/migrate.ts";
import { describe } from "./backup-command.ts";
import { passphraseOption, readPassphrase } from "./passphrase.ts";

interface RestoreOptions {
  readonly dataDir: string;
  readonly passphraseFile?: string;
}

/** `linli restore <file>` */
export function addRestoreCommand(program: Command): void {
  program
    .command("restore")
    .description(
      "put a backup into an empty data folder; nothing is touched unless every part of it is right",
    )
    .argument("<file>", "the backup")
    .addOption(
      new Option("--data-dir <folder>", "data folder, empty or not there yet")
        .env("LINLI_DATA_DIR")
        .makeOptionMandatory(),
    )
    .option(...passphraseOption)
    .action(restore);
}

async function restore(file: string, { dataDir, passphraseFile }: RestoreOptions): Promise<void> {
  const directory = resolve(dataDir);
  const passphrase = readPassphrase(passphraseFile);
  const manifest = await restoreBackup({ file, passphrase, directory, check });
  const hasSettings = manifest.parts.some(({ name }) => name === "linli.yaml");
  console.log(
    [
      `restored into ${directory}: ${describe(manifest)}`,
      hasSettings
        ? `its settings are in ${join(directory, "linli.yaml")}; start it with: npx linli serve --config ${join(directory, "linli.yaml")} --data-dir ${directory}`
        : `start it with: npx linli serve --data-dir ${directory}`,
      "Settings and secrets that came from the environment are not in a backup: set them as they were.",
      "The folder must belong to the user that runs the gateway. Stop the old gateway first if it still runs.",
    ].join("\n"),
  );
}

/** What checksums do not say: that this program knows the database, and that it was whole when it was copied. */
function check(folder: string, { schema, program }: Manifest): void {
  const known = new Set(readdirSync(programMigrations));
  const unknown = schema.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const message = `its database has ${unknown.join(", ")}, which this program does not know: install linli ${program} or newer`;
    throw new GatewayError("backup-invalid", message);
  }
  try {
    const db = new DatabaseSync(join(folder, databaseFile));
    const answer = db.prepare("PRAGMA quick_check(1)").get()?.quick_check;
    db.close();
    if (answer !== "ok") throw new GatewayError("backup-invalid", String(answer));
  } catch (cause) {
    const message = `${databaseFile} in it is damaged: ${messageOf(cause)}; it was when the backup was made`;
    throw new GatewayError("backup-invalid", message, { cause });
  }
}
