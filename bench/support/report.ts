import type { JournalCheck } from "./journal-check.ts";
import type { LoadResult } from "./load.ts";
import { median } from "./statistics.ts";
import { table } from "./table.ts";

/** What one program did in one round. */
export interface Round {
  readonly name: string;
  /** As fast as the window allows. */
  readonly full: LoadResult;
  /** Evenly spread, for the latency. */
  readonly paced: LoadResult | undefined;
  /** CPU of the program and its children for one message of the full run, µs. */
  readonly cpuMicros: number;
  /** Resident before the full run. */
  readonly idleMib: number;
  /** Highest resident size over the whole round. */
  readonly peakMib: number;
  /** Only of a program with a journal. */
  readonly journal: JournalCheck | undefined;
}

/** The figures of all rounds as tables: medians, ratios to the first program, and each round. */
export function reportIngest(
  rounds: readonly Round[],
  settings: { messages: number; warmup: number; connections: number; window: number; paced: number },
): string {
  const names = [...new Set(rounds.map((round) => round.name))];
  const of = (name: string) => rounds.filter((round) => round.name === name);
  const rate = (round: Round) => round.full.acknowledged / round.full.seconds;
  const mid = (name: string, read: (round: Round) => number) => median(of(name).map(read));
  const reference = names[0]!;
  const bytes = rounds[0]!.full.bytesPerMessage;

  const main = table(
    [
      "full speed",
      "msg/s",
      `x ${reference}`,
      "CPU us/msg",
      `x ${reference}`,
      "cores",
      "RSS idle",
      "RSS peak",
      "generator us/msg",
      "busy",
    ],
    names.map((name) => [
      name,
      whole(mid(name, rate)),
      ratio(mid(name, rate), mid(reference, rate)),
      mid(name, (round) => round.cpuMicros).toFixed(2),
      ratio(
        mid(name, (round) => round.cpuMicros),
        mid(reference, (round) => round.cpuMicros),
      ),
      mid(name, (round) => (round.cpuMicros * rate(round)) / 1e6).toFixed(2),
      `${whole(mid(name, (round) => round.idleMib))} MiB`,
      `${whole(mid(name, (round) => round.peakMib))} MiB`,
      mid(name, (round) => (round.full.cpuSeconds / round.full.sent) * 1e6).toFixed(2),
      `${whole(mid(name, (round) => (round.full.cpuSeconds / round.full.seconds) * 100))} %`,
    ]),
  );
  const paced = table(
    [`PUBACK at ${settings.paced}/s`, "p50 ms", "p99 ms", "p99.9 ms", "max ms", "generator late ms"],
    names.map((name) => [
      name,
      ...(["p50", "p99", "p999", "max"] as const).map((key) =>
        mid(name, (round) => round.paced?.latencyMs[key] ?? Number.NaN).toFixed(2),
      ),
      mid(name, (round) => round.paced?.worstLatenessMs ?? Number.NaN).toFixed(1),
    ]),
  );
  const each = table(
    ["each round", "msg/s", "CPU us/msg", "sent", "PUBACK", "stray", "journal"],
    rounds.map((round) => [
      round.name,
      whole(rate(round)),
      round.cpuMicros.toFixed(2),
      String(round.full.sent),
      String(round.full.acknowledged),
      String(round.full.strayAcks),
      journalCell(round.journal),
    ]),
  );
  const head = `${settings.connections} connections, window ${settings.window}, ${settings.messages} QoS 1 messages of ${bytes.toFixed(0)} bytes after ${settings.warmup} to warm up; medians of ${of(reference).length} rounds`;
  return [head, main, ...(settings.paced > 0 ? [paced] : []), each].join("\n\n");
}

const whole = (value: number) => Math.round(value).toLocaleString("en");

const ratio = (value: number, reference: number) => (value / reference).toFixed(2);

function journalCell(check: JournalCheck | undefined): string {
  if (check === undefined) return "-";
  const { expected, missing, doubled, foreign } = check;
  return `${expected} expected: ${missing} missing, ${doubled} doubled, ${foreign} foreign`;
}
