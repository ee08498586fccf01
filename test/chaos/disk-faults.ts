import { readFlags } from "../../bench/support/options.ts";
import { runDiskFaults } from "./disk-faults-under-load.ts";
import { whyNoStrace } from "./support/strace.ts";

const flags = readFlags(
  "Lets the kernel refuse, forget and delay the gateway's writes, and proves that no acknowledged message is lost or doubled.",
  {
    seed: { default: 1, help: "of the chance behind messages" },
    "per-second": { default: 1_000, help: "messages a second over all devices" },
    "trial-ms": { default: 2_000, help: "how long each fault lasts" },
    "slow-ms": { default: 8_000, help: "how long the disk is slow" },
  },
);

const why = whyNoStrace();
if (why !== undefined) {
  process.stderr.write(`!!! SKIPPED, nothing was tested: ${why}\n`);
  process.exit(0);
}
const report = await runDiskFaults({
  ...{
    seed: flags.seed,
    perSecond: flags["per-second"],
    trialMs: flags["trial-ms"],
    slowMs: flags["slow-ms"],
  },
  onLine: (line) => process.stderr.write(`${line}\n`),
});
const { journal, alerts, trials } = report;
const cell = (value: number, digits = 0) => (Number.isNaN(value) ? "–" : value.toFixed(digits)).padStart(12);
const rows = trials.map(
  (trial) =>
    `  ${trial.name.padEnd(36)}${cell(trial.hits)}${cell(trial.acknowledged)}${cell(trial.fireMs, 1)}${cell(trial.longestGapMs)}${cell(trial.recoveredMs)}${cell(trial.lagWithin, 2)}`,
);
process.stdout.write(`
${"  fault".padEnd(38)}${["calls hit", "PUBACKs", "fire, ms", "gap, ms", "recovery, ms", "lag≤100ms, %"].map((text) => text.padStart(12)).join("")}
${rows.join("\n")}
  lost          ${journal.lost} of ${report.acknowledged} acknowledged
  doubled       ${journal.doubled} of ${journal.stored} stored
  out of order  ${journal.outOfOrder} of ${journal.stored} stored
  never sent    ${journal.neverSent} of ${journal.stored} stored
  alerts        ${alerts.raised} raised of ${alerts.raisedExpected} expected, ${alerts.cleared} cleared of ${alerts.clearedExpected}, ${alerts.unexpected} unexpected
  seed          ${flags.seed}
${report.differences.map((difference) => `DIFFERENT: ${difference}\n`).join("")}`);
process.exitCode = report.differences.length === 0 ? 0 : 1;
