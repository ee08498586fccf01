import type { Packet } from "../aedes.ts";
import type { Meters } from "../meters.ts";
import type { SessionSettings } from "../settings.ts";
import { matches } from "../topics.ts";
import type { Row, SessionFile, Statements } from "./file.ts";
import { restoreBuffers } from "./queue.ts";

/** The last message of each topic that was published to be retained. */
export interface Retained {
  /** Keeps the message, or forgets the topic's when the payload is empty; true when a write was begun. */
  store(packet: Packet, saved?: () => void): boolean;
  /** Messages that match any of the filters. */
  matching(filters: readonly string[]): Iterable<Packet>;
  size(): number;
}

/** Opens the retained messages that are on disk. */
export function openRetained({
  file,
  settings,
  meters,
}: {
  file: SessionFile;
  settings: Pick<SessionSettings, "retained" | "retainedBytes">;
  meters: Meters;
}): Retained {
  const packets = new Map<string, Packet>();
  for (const row of file.read("SELECT head, payload FROM retained").iterate()) {
    const packet: Packet = JSON.parse(row.head as string);
    packet.payload = Buffer.from(row.payload as Uint8Array);
    restoreBuffers(packet);
    packets.set(packet.topic, packet);
  }
  const rows = new Map<string, Row>();

  function rowOf(topic: string): Row {
    let row = rows.get(topic);
    if (row === undefined) {
      row = { save: (statements) => save(topic, statements) };
      rows.set(topic, row);
    }
    return row;
  }

  function save(topic: string, statements: Statements): void {
    rows.delete(topic);
    const packet = packets.get(topic);
    if (packet === undefined) {
      statements("DELETE FROM retained WHERE topic = ?").run(topic);
      return;
    }
    const { payload, ...head } = packet;
    statements("INSERT OR REPLACE INTO retained(topic, head, payload) VALUES(?, ?, ?)").run(
      topic,
      JSON.stringify(head),
      payload,
    );
  }

  return {
    store(packet, saved) {
      const { topic } = packet;
      if (packet.payload.length === 0) {
        if (!packets.delete(topic)) return false;
      } else {
        if (packet.payload.length > settings.retainedBytes) return refuse("retained-bytes");
        if (packets.size >= settings.retained && !packets.has(topic)) return refuse("retained");
        packets.set(topic, {
          ...packet,
          payload: typeof packet.payload === "string" ? packet.payload : Buffer.from(packet.payload),
        });
      }
      file.changed(rowOf(topic), saved);
      return true;
    },
    *matching(filters) {
      for (const filter of filters) {
        if (!filter.includes("+") && !filter.includes("#")) {
          const packet = packets.get(filter);
          if (packet !== undefined) yield packet;
          continue;
        }
        for (const [topic, packet] of packets) if (matches(filter, topic)) yield packet;
      }
    },
    size: () => packets.size,
  };

  function refuse(reason: string): false {
    meters.dropped.add(reason);
    return false;
  }
}
