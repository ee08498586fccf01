import type { Sequenced } from "../journal/contract.ts";
import type { Screen } from "./screen.ts";

/**
 * Reads the journal again for a screen that comes back, from the record after `from`, and makes it live with neither
 * gap nor double: commits that happen meanwhile are read too, and the last look at `committed` and the switch are in
 * one turn.
 */
export async function catchUp({
  screen,
  from,
  committed,
  read,
  textOf,
}: {
  screen: Screen;
  from: number;
  /** Last sequence number whose commit the hub was told. */
  committed: () => number;
  read: (sequence: number) => AsyncIterable<readonly Sequenced[]>;
  /** What the screen is sent for a record; empty for nothing. */
  textOf: (record: string, sequence: number) => string;
}): Promise<void> {
  let position = from;
  while (!screen.isGone() && position < committed()) {
    const target = committed();
    for await (const batch of read(position + 1)) {
      let text = "";
      for (const { sequence, record } of batch) {
        if (sequence <= target) text += textOf(record, sequence);
      }
      if (text !== "") screen.send(text);
      await screen.drained();
      const last = batch.at(-1);
      if (screen.isGone() || last === undefined || last.sequence >= target) break;
    }
    // Damaged records are left out of the reading; the position moves past them all the same.
    position = target;
  }
  screen.isLive = true;
}
