import { join } from "node:path";
import type { History } from "./history.ts";
import { rejectionLine } from "./ingest/record.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Path } from "./path.ts";
import { openSeries } from "./series/client.ts";
import type { Series } from "./series/contract.ts";
import { seriesFields } from "./series/fields.ts";
import type { RefusedRecord } from "./series/protocol.ts";
import type { SharedParts } from "./shared-parts.ts";
import type { ReadingRecord, Rejection } from "./types.ts";

/**
 * Starts the time series store beside the gateway and joins it to the journal, the rejections and the alerts. `trouble` says why it takes
 * nothing at the moment.
 */
export function openSeriesView(
  shared: SharedParts,
  { catalogue }: Pick<Knowledge, "catalogue">,
  { journal, erasures }: Pick<History, "journal" | "erasures">,
  { faults }: Pick<Path, "faults">,
): Series & { trouble(): string | undefined } {
  const { config, clock, log, metrics, closers } = shared;
  let trouble: string | undefined;
  const series = openSeries({
    program: new URL("./series-process.ts", import.meta.url),
    settings: config.series,
    options: {
      settings: config.series,
      fields: seriesFields(catalogue),
      directory: join(config.dataDir, "series"),
      journalDirectory: join(config.dataDir, "journal"),
      logLevel: config.logLevel,
      keepPersonsMs: config.privacy.keepPersonsMs,
    },
    erased: erasures.masked,
    ...{ journal, clock, metrics, log },
    refused(record) {
      const line = rejectionLine(rejectionOf(record));
      journal.append({ records: [line], lane: "normal", committed: () => {} });
    },
    onFailing(isFailing, reason) {
      trouble = isFailing ? reason : undefined;
      void faults.set("series-failed", isFailing, reason);
    },
    onFull: (isFull, reason) => void faults.set("series-full", isFull, reason),
    onDamaged: (reason) => void faults.set("series-damaged", true, reason),
  });
  closers.add("series", () => series.close());
  return { ...series, trouble: () => trouble };
}

/** The reading counts everywhere else; people must learn that its history is missing. */
function rejectionOf({ sequence, record, reason }: RefusedRecord): Rejection {
  const { device, stream, at, message } = JSON.parse(record) as ReadingRecord;
  return {
    // The same record refused again after a crash is the same rejection.
    id: `series-${sequence}`,
    ...{ at, principal: undefined, code: "series-refused", path: "", value: "" },
    topic: `linli/v1/${device}/${stream}`,
    payload: Buffer.from(JSON.stringify(message)).toString("base64"),
    message: `the time series store refused it: ${reason}`,
  };
}
