import { exportReadings } from "../../../bench/support/journal-export.ts";
import type { Key } from "./ledger.ts";

/** The keys of all readings in a stopped gateway's journal, in their order. */
export async function* storedKeys(dataDir: string): AsyncGenerator<Key> {
  for await (const record of exportReadings(dataDir)) {
    yield { device: record.device, boot: String(record.message.boot), seq: Number(record.message.seq) };
  }
}
