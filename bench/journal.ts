import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createSystemClock } from "../gateway/clock.ts";
import { openJournal } from "../gateway/journal/file-journal.ts";
import { journalSettings } from "../gateway/journal/settings.ts";
import { createLog } from "../gateway/log.ts";
import { createMetrics } from "../gateway/metrics.ts";

/**
 * What the journal costs: records of 200 bytes, each answered after it is on disk. Usage:
 * `node bench/journal.ts [records] [window]`; the folder is made below the working directory, so run it on the disk in question.
 */
const total = Number(process.argv[2] ?? 500_000);
const windows = process.argv[3] ? [Number(process.argv[3])] : [1, 32, 1600, 16_000];

for (const window of windows) await measure(window, Math.min(total, window * 5000));

/** Keeps `window` records unanswered at any time, as devices with a send window do. */
async function measure(window: number, records: number) {
  const directory = await mkdtemp(join(process.cwd(), "journal-bench-"));
  const metrics = createMetrics();
  const journal = await openJournal({
    directory,
    settings: journalSettings.parse({ reserveBytes: 0 }),
    clock: createSystemClock(),
    log: createLog({ level: "silent" }),
    metrics,
  });
  let sent = 0;
  let answered = 0;
  let appendNs = 0n;
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await new Promise<void>((resolve) => {
    const refill = () => {
      const before = process.hrtime.bigint();
      const wanted = Math.min(records, answered + window);
      for (; sent < wanted; sent++) {
        journal.append({ records: [aRecord(sent)], lane: "normal", committed });
      }
      appendNs += process.hrtime.bigint() - before;
    };
    const committed = () => {
      answered++;
    };
    journal.onCommit(() => (answered === records ? resolve() : refill()));
    refill();
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const frames = Number(/linli_journal_frames_total (\d+)/.exec(await metrics.text())?.[1]);
  console.log(
    `window ${String(window).padStart(6)}: ${Math.round(records / seconds).toLocaleString("en")} records/s,`,
    `${((user + system) / records).toFixed(2)} µs CPU a record (user ${(user / records).toFixed(2)}),`,
    `of it append with making the record ${(Number(appendNs) / records / 1000).toFixed(2)} µs;`,
    `${(records / frames).toFixed(0)} records a frame, ${((seconds * 1000) / frames).toFixed(2)} ms a commit`,
  );
  await journal.close();
  await rm(directory, { recursive: true });
}

/** About 200 bytes, as the gateway writes a reading. */
function aRecord(n: number): string {
  const at = 1_760_000_000_000 + n;
  return `{"type":"reading","at":${at},"ts":${at - 20},"device":"xinfa/waste-bin/bin-${n % 5000}","stream":"telemetry","quality":"good","message":{"ts":${at - 20},"fill":0.71,"temperature":21.5,"seq":${n}}}`;
}
