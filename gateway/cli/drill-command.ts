import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import type { Api } from "../../client/api.ts";
import { printable, printableLines } from "../printable.ts";
import { connected } from "./connected.ts";
import { readSeconds } from "./duration.ts";
import { exitCodes } from "./exit-codes.ts";

/** How often a drill is looked at, ms. */
const pollMs = 1_000;

/** `linli drill`: starts a drill and tells how it goes. */
export function addDrillCommand(program: Command): void {
  const drill = program
    .command("drill")
    .description(
      "raise a drill alarm at a site and tell how far it and the crew come; exit code 3 when a stage is missing",
    )
    .requiredOption("--site <site>", "the site whose people drill")
    .option("--building <building>", "the building where it is said to burn")
    .option("--note <note>", "what it is about; kept in the record")
    .option("--within <time>", "how long the crew may take: 90s, 10min, 1h", readSeconds, 600)
    .option("--json", "print the report as JSON when it is over, and nothing before");
  connected<DrillOptions>(drill, async (api, _given, { site, building, note, within, json = false }) => {
    const started = await api.post<Report>(`/sites/${encodeURIComponent(site)}/drills`, { building, note });
    const tell = json ? () => {} : createTeller();
    const last = await follow(api, { started, withinMs: within * 1_000, tell });
    if (json) process.stdout.write(`${printableLines(JSON.stringify(last, null, 2))}\n`);
    if (last.isComplete) return;
    process.exitCode = exitCodes.difference;
    if (json) return;
    const missing = last.stages.filter(({ at }) => at === null).map(({ stage }) => words[stage] ?? stage);
    console.error(`not reached${last.end === null ? ` within ${within} s` : ""}: ${missing.join(", ")}`);
    if (last.fault !== null) console.error(`the alarm did not get through: ${printable(last.fault)}`);
    if (last.end === null) {
      console.error("the drill goes on; end it with its incident, or POST /api/v1/drills/{id}/end");
    }
  });
}

interface DrillOptions {
  readonly site: string;
  readonly building?: string;
  readonly note?: string;
  /** Seconds. */
  readonly within: number;
  readonly json?: boolean;
}

/** What the command reads of a drill's report. */
interface Report {
  readonly id: string;
  readonly site: string;
  readonly end: string | null;
  readonly fault: string | null;
  readonly isComplete: boolean;
  readonly screens: number | null;
  readonly stages: readonly {
    readonly stage: string;
    readonly at: string | null;
    readonly seconds: number | null;
    readonly by: string | null;
  }[];
  readonly deliveries: readonly {
    readonly target: string;
    readonly contact: string | null;
    readonly state: string;
    readonly seconds: number;
  }[];
}

/** Looks until every stage was reached, the drill has ended, or the time is over. */
async function follow(
  api: Api,
  { started, withinMs, tell }: { started: Report; withinMs: number; tell: (report: Report) => void },
): Promise<Report> {
  const until = performance.now() + withinMs;
  let report = started;
  tell(report);
  while (!report.isComplete && report.end === null && performance.now() < until) {
    await pause(Math.min(pollMs, Math.max(until - performance.now(), 0)));
    report = await api.get<Report>(`/drills/${started.id}`);
    tell(report);
  }
  return report;
}

/** Prints what is new in a report, each thing once. */
function createTeller(): (report: Report) => void {
  const told = new Set<string>();

  function say(key: string, line: string): void {
    if (told.has(key)) return;
    told.add(key);
    console.log(line);
  }

  return ({ id, stages, deliveries, screens }) => {
    say("id", `drill ${id}`);
    for (const { stage, seconds, by } of stages) {
      if (seconds === null) continue;
      const who = by === null ? "" : ` by ${printable(by)}`;
      const many = stage === "screens" ? ` (${screens ?? 0})` : "";
      say(stage, `${after(seconds)}  ${words[stage] ?? stage}${many}${who}`);
    }
    for (const { target, contact, state, seconds } of deliveries) {
      const to = [target, ...(contact === null ? [] : [contact])].map(printable).join(", ");
      say(`${to} ${state}`, `${after(seconds)}  ${state}: ${to}`);
    }
  };
}

function after(seconds: number): string {
  return `${seconds.toFixed(1).padStart(7)} s`;
}

const words: Readonly<Record<string, string>> = {
  ...{
    published: "published",
    judged: "judged",
    durable: "on disk",
    screens: "on screens",
    notified: "notified",
  },
  ...{ acknowledged: "acknowledged", dispatched: "set out", arrived: "on scene" },
  ...{ controlled: "under control", closed: "closed" },
};
