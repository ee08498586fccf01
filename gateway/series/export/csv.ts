import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { writeCell } from "../../csv-cell.ts";
import type { RowWriter } from "./row-writer.ts";

/** Columns of an exported table. */
const header = "time,device,field,value,quality,receivedAt\r\n";

/** Makes a CSV file (RFC 4180, UTF-8 with a byte order mark, without which spreadsheets misread Chinese). */
export async function openCsv(path: string): Promise<RowWriter> {
  const output = createWriteStream(path, { mode: 0o600 });
  output.write(`\ufeff${header}`);
  let failure: Error | undefined;
  output.on("error", (error) => {
    failure = error;
  });
  return {
    async add(rows) {
      if (failure !== undefined) throw failure;
      const text = rows.map(
        ({ time, device, field, value, quality, receivedAt }) =>
          `${iso(time)},${device},${field},${typeof value === "string" ? writeCell(value) : value},${quality},${iso(receivedAt)}\r\n`,
      );
      if (output.write(text.join(""))) return;
      const over = new AbortController();
      const { signal } = over;
      await Promise.race([once(output, "drain", { signal }), once(output, "close", { signal })]);
      over.abort();
    },
    async finish() {
      output.end();
      if (!output.closed) await once(output, "close");
      if (failure !== undefined) throw failure;
    },
    async drop() {
      output.destroy();
    },
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
