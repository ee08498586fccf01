import { closeSync, createWriteStream, openSync } from "node:fs";
import { copyFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Writable } from "node:stream";
import type { FromBackup, PackOrder, ToBackup, Way } from "./backup/protocol.ts";
import { readBackup } from "./backup/read.ts";
import { type Part, writeArchive } from "./backup/write.ts";
import { messageOf } from "./errors.ts";
import { bytesUpTo } from "./journal/cut.ts";

// The process that makes one backup. It copies, checks, compresses and encrypts with little priority, so that a backup delays no
// acknowledgement and no alarm.

process.on("disconnect", () => process.exit(1));
// The gateway answers signals to the whole group; it ends this process when it stops.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
process.on("SIGHUP", () => {});
process.on("message", (message: ToBackup) => {
  const work = message.say === "copy" ? copy(message.database, message.sessions) : pack(message.order);
  work.catch((error: unknown) => say({ say: "failed", reason: messageOf(error) }, 1));
});
say({ say: "ready" });

async function copy(database: Way, sessions: Way): Promise<void> {
  await copyFile(database.from, database.to);
  say({ say: "copied" });
  // Read in a snapshot of SQLite; the broker writes on.
  closeSync(openSync(sessions.to, "w", 0o600));
  const db = new DatabaseSync(sessions.from, { readOnly: true, timeout: 5_000 });
  db.prepare("VACUUM INTO ?").run(sessions.to);
  db.close();
}

async function pack({ facts, parts, lastSequence, file, passphrase }: PackOrder): Promise<void> {
  const output =
    file === undefined
      ? throughStandardOutput()
      : createWriteStream(file, { flags: "wx", mode: 0o600, flush: true });
  const cut = await cutJournal(parts, lastSequence);
  const manifest = await writeArchive({ facts, parts: cut, passphrase, output });
  if (file === undefined) return say({ say: "packed", manifest, bytes: 0 }, 0);
  // Read again from the disk: a backup that cannot be read is none.
  await readBackup({ file, passphrase });
  say({ say: "packed", manifest, bytes: (await stat(file)).size }, 0);
}

/** Each piece is done when the pipe has taken it; the stream itself would end before that. */
function throughStandardOutput(): Writable {
  return new Writable({
    write(piece: Buffer, _encoding, done) {
      process.stdout.write(piece, done);
    },
  });
}

/** The last segment is still written to: what is behind the wanted record stays out. */
async function cutJournal(parts: readonly Part[], last: number): Promise<Part[]> {
  const kept: Part[] = [];
  const segments = parts.filter(({ name }) => name.startsWith("journal/"));
  for (const part of parts) {
    if (part !== segments.at(-1)) kept.push(part);
    else {
      const bytes = await bytesUpTo({ first: Number(basename(part.name, ".log")), path: part.path }, last);
      if (bytes > 0) kept.push({ ...part, bytes });
    }
  }
  return kept;
}

function say(message: FromBackup, exitCode?: number): void {
  process.send?.(message, () => {
    if (exitCode !== undefined) process.exit(exitCode);
  });
}
