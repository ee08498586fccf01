import { readFlags } from "../../bench/support/options.ts";
import { runSeriesUnderKill } from "./series-under-kill.ts";
import { breakings, type Damage } from "./support/series-damage.ts";

const flags = readFlags(
  "Kills the gateway and its time series store under load, breaks its database, and proves that no value is lost or doubled.",
  {
    parents: { default: 20, help: "how often the gateway is killed" },
    children: { default: 20, help: "how often the store's process is killed" },
    pauses: { default: 3, help: "how often that process is stopped for a while" },
    hangs: { default: 1, help: "how often it is stopped until the gateway gives it up" },
    damage: {
      default: "overwrite,cut-changes,garble-changes,truncate",
      help: "how its database is broken, in turn",
    },
    seed: { default: 1, help: "of the chance behind moments and messages" },
    "per-second": { default: 3_000, help: "messages a second over all devices" },
    "longest-ms": { default: 1_000, help: "longest time under load before the next harm" },
  },
);

const damages = flags.damage.split(",").filter(Boolean);
if (!damages.every(isDamage)) {
  process.stderr.write(`--damage takes ${Object.keys(breakings).join(", ")} with commas between\n`);
  process.exit(64);
}
const orphan = Math.floor(flags.parents / 4);
// Killing it while it makes files takes two kills.
const files = Math.floor(flags.children / 4);
const report = await runSeriesUnderKill({
  harms: {
    ...{ parent: flags.parents - orphan, orphan, child: flags.children - 2 * files, files },
    ...{ pause: flags.pauses, hang: flags.hangs },
  },
  damages,
  seed: flags.seed,
  perSecond: flags["per-second"],
  longestMs: flags["longest-ms"],
  onLine: (line) => process.stderr.write(`${line}\n`),
});
const { journal, values, folds } = report;
process.stdout.write(`
gateway killed ${report.kills} times (${report.orphans} with a stopped store), store killed ${report.childKills} times (${report.killsInFiles} while it made files), stopped ${report.pauses} times, hung ${report.hangs}, database broken ${report.broken} times (${report.setAside} put aside)
  messages      ${report.sent} sent, ${report.acknowledged} acknowledged; lost ${journal.lost}, doubled ${journal.doubled} of ${journal.stored} in the journal
  values        ${values.expected} in the journal, ${values.stored} in the series
  lost          ${values.lost} of ${values.expected}
  doubled       ${values.doubled} of ${values.stored}
  foreign       ${values.foreign} of ${values.stored}
  folded steps  ${folds.wrong} wrong of ${folds.steps}
  slowest start ${report.slowestStartMs} ms of the gateway, ${report.slowestRestartMs} ms of the store
  catching up   ${Math.round(report.catchUpPerSecond ?? 0)} journal records a second, seed ${flags.seed}
${report.differences.map((difference) => `DIFFERENT: ${difference}\n`).join("")}`);
process.exitCode = report.differences.length === 0 ? 0 : 1;

function isDamage(word: string): word is Damage {
  return Object.hasOwn(breakings, word);
}
