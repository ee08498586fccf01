import { readFlags } from "../../bench/support/options.ts";
import { killByMemory } from "./oom-under-load.ts";
import { openMemoryCage } from "./support/memory-cage.ts";

const flags = readFlags(
  "Lets the kernel kill the gateway under load because memory is out, and proves that nothing acknowledged is lost or doubled.",
  {
    cycles: { default: 20, help: "how often it is killed" },
    mib: { default: 700, help: "memory that it shares with a program which takes all of it" },
    seed: { default: 1, help: "of the chance behind moments and messages" },
    "per-second": { default: 3_000, help: "messages a second over all devices" },
    "longest-ms": { default: 1_000, help: "longest time under load before the memory is taken" },
  },
);

const cage = openMemoryCage(flags.mib);
if (typeof cage === "string") {
  process.stderr.write(`!!! SKIPPED, nothing was tested: ${cage}\n`);
  process.exit(0);
}
try {
  const report = await killByMemory(cage, {
    ...{
      cycles: flags.cycles,
      seed: flags.seed,
      perSecond: flags["per-second"],
      longestMs: flags["longest-ms"],
    },
    onLine: (line) => process.stderr.write(`${line}\n`),
  });
  const { journal, alerts } = report;
  process.stdout.write(`
the kernel killed ${report.killed} processes for memory, the gateway ${report.kills} times; ${report.sent} messages sent, ${report.resent} of them again
  lost          ${journal.lost} of ${report.acknowledged} acknowledged
  doubled       ${journal.doubled} of ${journal.stored} stored
  out of order  ${journal.outOfOrder} of ${journal.stored} stored
  never sent    ${journal.neverSent} of ${journal.stored} stored
  alerts        ${alerts.raised} raised of ${alerts.raisedExpected} expected, ${alerts.cleared} cleared of ${alerts.clearedExpected}, ${alerts.unexpected} unexpected
  starts        every one of ${report.starts} came up, the slowest in ${report.slowestStartMs} ms; seed ${flags.seed}
${report.differences.map((difference) => `DIFFERENT: ${difference}\n`).join("")}`);
  process.exitCode = report.differences.length === 0 ? 0 : 1;
} finally {
  cage.remove();
}
