import type { Database } from "./contract.ts";

/** How far a view has come in the journal, kept in the database beside the view's data. */
export interface ViewCursor {
  /** Last sequence number that the view has made its own; 0 at the beginning. */
  position(): number;
  /** Writes the position; to be called inside the transaction that writes the data. Never moves backwards. */
  move(sequence: number): void;
}

/** Opens the cursor of the named view. */
export function openViewCursor({ database, view }: { database: Database; view: string }): ViewCursor {
  const read = database.db.prepare("SELECT sequence FROM view_cursors WHERE view = ?");
  const write = database.db.prepare(
    "INSERT INTO view_cursors VALUES (?, ?) ON CONFLICT DO UPDATE SET sequence = max(sequence, excluded.sequence)",
  );
  return {
    position: () => Number(read.get(view)?.sequence ?? 0),
    move: (sequence) => void write.run(view, sequence),
  };
}
