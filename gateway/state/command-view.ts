import { GatewayError } from "../errors.ts";
import type { CommandStep } from "../types.ts";
import type { Command, CommandView, Database } from "./contract.ts";
import type { StateSettings } from "./settings.ts";
import { openViewCursor } from "./view-cursor.ts";

/** Opens the commands view. */
export function openCommandView({
  database,
  settings,
}: {
  database: Database;
  settings: Pick<StateSettings, "keepCommands" | "maxPage">;
}): CommandView {
  const { db } = database;
  const cursor = openViewCursor({ database, view: "commands" });
  const queue = db.prepare(
    "INSERT INTO commands VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, NULL, NULL, NULL) ON CONFLICT DO NOTHING",
  );
  const send = db.prepare(
    "UPDATE commands SET state = 'sent', sent_at = ? WHERE id = ? AND state = 'queued'",
  );
  const acknowledge = db.prepare(
    "UPDATE commands SET state = 'acknowledged', sent_at = coalesce(sent_at, ?) WHERE id = ? AND state IN ('queued', 'sent')",
  );
  const end = db.prepare(
    "UPDATE commands SET state = ?, ended_at = ?, error = ? WHERE id = ? AND ended_at IS NULL",
  );
  const prune = db.prepare(
    `DELETE FROM commands WHERE ended_at IS NOT NULL AND (queued_at, id) <=
      (SELECT queued_at, id FROM commands WHERE ended_at IS NOT NULL ORDER BY queued_at DESC, id DESC LIMIT 1 OFFSET ?)`,
  );
  const removeOld = db.prepare(
    "DELETE FROM commands WHERE id IN (SELECT id FROM commands WHERE ended_at IS NOT NULL AND queued_at < ? ORDER BY queued_at LIMIT ?)",
  );
  const find = db.prepare("SELECT * FROM commands WHERE id = ?");
  const open = db.prepare("SELECT * FROM commands WHERE ended_at IS NULL ORDER BY queued_at, id");
  const openOf = db.prepare(
    "SELECT * FROM commands WHERE ended_at IS NULL AND device = ? ORDER BY queued_at, id",
  );
  const page = db.prepare(
    "SELECT * FROM commands WHERE device = ? AND (queued_at, id) < (?, ?) ORDER BY queued_at DESC, id DESC LIMIT ?",
  );
  let position = cursor.position();
  let ended = 0;

  /** A step that comes late (an acknowledgement after the end) changes nothing. */
  const steps: Readonly<Record<CommandStep["step"], (step: CommandStep) => void>> = {
    queued({ id, device, at, name = "", args = {}, by = "", expiresAt = at }) {
      queue.run(id, device, name, JSON.stringify(args), by, at, expiresAt);
    },
    sent: ({ id, at }) => void send.run(at, id),
    acknowledged: ({ id, at }) => void acknowledge.run(at, id),
    done: finish,
    failed: finish,
    expired: finish,
  };

  function finish({ step, id, at, error }: CommandStep): void {
    end.run(step, at, error ?? null, id);
    ended += 1;
    if (ended % pruneEvery === 0) prune.run(settings.keepCommands);
  }

  return {
    apply(step, sequence) {
      if (sequence <= position) return;
      database.transaction((committed) => {
        steps[step.step](step);
        cursor.move(sequence);
        committed(() => {
          position = sequence;
        });
      });
    },
    expire: (before, limit) => database.transaction(() => Number(removeOld.run(before, limit).changes)),
    find(id) {
      const row = find.get(id);
      return row && readCommand(row);
    },
    list({ device, limit, cursor: before }) {
      const most = Math.max(1, Math.min(limit, settings.maxPage));
      const [queuedAt, id] = before === undefined ? [Number.MAX_SAFE_INTEGER, ""] : readCursor(before);
      const items = page.all(device, queuedAt, id, most + 1).map(readCommand);
      const last = items[most - 1];
      if (items.length <= most || last === undefined) return { items, next: undefined };
      return { items: items.slice(0, most), next: writeCursor(last) };
    },
    open: (device) => (device === undefined ? open.all() : openOf.all(device)).map(readCommand),
    position: () => position,
  };
}

/** Ended commands between two looks for those that are too many. */
const pruneEvery = 64;

type Row = Record<string, unknown>;

function readCommand(row: Row): Command {
  const { id, device, name, args, state, by_whom, queued_at, expires_at, sent_at, ended_at, error } = row;
  return {
    id: String(id),
    device: String(device),
    name: String(name),
    args: JSON.parse(String(args)),
    state: state as CommandStep["step"],
    by: String(by_whom),
    queuedAt: Number(queued_at),
    expiresAt: Number(expires_at),
    sentAt: sent_at === null ? undefined : Number(sent_at),
    endedAt: ended_at === null ? undefined : Number(ended_at),
    error: error === null ? undefined : String(error),
  };
}

function writeCursor({ queuedAt, id }: Command): string {
  return Buffer.from(`${queuedAt}/${id}`).toString("base64url");
}

function readCursor(cursor: string): [number, string] {
  const [, queuedAt, id] = /^(\d{1,15})\/(.{1,100})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (queuedAt !== undefined && id !== undefined) return [Number(queuedAt), id];
  throw new GatewayError("invalid-request", "the cursor is not one that a list has answered", {
    path: "cursor",
  });
}
