import type { Checkpoints, Database } from "./contract.ts";
import { openViewCursor } from "./view-cursor.ts";

/** Opens the saved states of devices. */
export function openCheckpoints({ database }: { database: Database }): Checkpoints {
  const { db } = database;
  const cursor = openViewCursor({ database, view: "checkpoints" });
  const read = db.prepare("SELECT device, state FROM checkpoints");
  const write = db.prepare(
    "INSERT INTO checkpoints VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state",
  );
  const erase = db.prepare("DELETE FROM checkpoints WHERE device = ?");
  let position = cursor.position();
  return {
    *load() {
      for (const { device, state } of read.iterate()) yield { device: String(device), state: String(state) };
    },
    save(rows) {
      // `setPosition` makes it durable; until then a power cut only means a longer replay.
      database.transaction(
        () => {
          for (const { device, state } of rows) write.run(device, state);
        },
        { durable: "with-the-next" },
      );
    },
    remove: (device) => void database.transaction(() => erase.run(device)),
    position: () => position,
    setPosition(sequence) {
      database.transaction((committed) => {
        cursor.move(sequence);
        committed(() => {
          position = Math.max(position, sequence);
        });
      });
    },
  };
}
