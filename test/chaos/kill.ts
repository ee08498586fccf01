import { readFlags } from "../../bench/support/options.ts";
import { killUnderLoad } from "./kill-under-load.ts";

const flags = readFlags(
  "Kills the gateway under load and proves that no acknowledged message is lost or doubled.",
  {
    cycles: { default: 20, help: "how often it is killed" },
    seed: { default: 1, help: "of the chance behind moments and messages" },
    "per-second": { default: 5_000, help: "messages a second over all devices" },
    "longest-ms": { default: 1_000, help: "longest time under load before the next kill" },
  },
);

const report = await killUnderLoad({
  cycles: flags.cycles,
  seed: flags.seed,
  perSecond: flags["per-second"],
  longestMs: flags["longest-ms"],
  onLine: (line) => process.stderr.write(`${line}\n`),
});
const { journal, alerts } = report;
process.stdout.write(`
${report.kills} times killed under load; ${report.sent} messages sent, ${report.resent} of them again, ${report.acknowledged} acknowledged
  lost          ${journal.lost} of ${report.acknowledged} acknowledged
  doubled       ${journal.doubled} of ${journal.stored} stored
  out of order  ${journal.outOfOrder} of ${journal.stored} stored
  never sent    ${journal.neverSent} of ${journal.stored} stored
  alerts        ${alerts.raised} raised of ${alerts.raisedExpected} expected, ${alerts.cleared} cleared of ${alerts.clearedExpected}, ${alerts.unexpected} unexpected
  device reboots ${report.reboots}, slowest start ${report.slowestStartMs} ms, seed ${flags.seed}
${report.differences.map((difference) => `DIFFERENT: ${difference}\n`).join("")}`);
process.exitCode = report.differences.length === 0 ? 0 : 1;
