import { readFlags } from "../../bench/support/options.ts";
import { freezeUnderLoad, type Others } from "./frozen-under-load.ts";

const flags = readFlags(
  "Lets subscribers and screens stop reading under load: each must be cut in 5 s, and the others must miss nothing.",
  {
    subscribers: { default: 25, help: "MQTT subscribers that freeze" },
    screens: { default: 25, help: "screens that freeze" },
    seed: { default: 1, help: "of the chance behind messages" },
    "per-second": { default: 1_500, help: "messages a second over all devices" },
    "phase-ms": { default: 8_000, help: "how long it is measured without and with them" },
  },
);

const report = await freezeUnderLoad({
  ...{ subscribers: flags.subscribers, screens: flags.screens, seed: flags.seed },
  ...{ perSecond: flags["per-second"], phaseMs: flags["phase-ms"] },
  onLine: (line) => process.stderr.write(`${line}\n`),
});
const { journal, alerts } = report;
const cutLines = (["subscriber", "screen"] as const).map((kind) => {
  const mine = report.cuts.filter((cut) => cut.kind === kind);
  const cut = mine.filter(({ sinceFullMs }) => Number.isFinite(sinceFullMs)).length;
  const most = (times: number[]) => Math.max(0, ...times).toFixed(0);
  return `  ${`${kind}s`.padEnd(13)} ${cut} of ${mine.length} cut, the last ${most(mine.map((one) => one.sinceFullMs))} ms after nothing more fitted, ${most(mine.map((one) => one.sinceFrozenMs))} ms after it froze`;
});
const times = (name: string, key: keyof Others) =>
  `  ${name.padEnd(13)} p99 ${report.without[key].p99.toFixed(1)} ms without them, ${report.with[key].p99.toFixed(1)} ms with them: × ${(report.with[key].p99 / report.without[key].p99).toFixed(2)} (p50 ${report.without[key].p50.toFixed(1)}, ${report.with[key].p50.toFixed(1)}; n ${report.without[key].count}, ${report.with[key].count})`;
process.stdout.write(`
${report.cuts.length} clients froze
${cutLines.join("\n")}
${times("PUBACK", "puback")}
${times("subscriber", "subscriber")}
  fire          slowest of ${report.fires} on a screen ${report.slowestFireMs.toFixed(1)} ms
  delivered     ${report.delivered} of ${report.published} messages to the subscriber that reads
  lost          ${journal.lost} of ${report.acknowledged} acknowledged, doubled ${journal.doubled} of ${journal.stored} stored
  alerts        ${alerts.raised} raised of ${alerts.raisedExpected} expected, ${alerts.unexpected} unexpected
${report.differences.map((difference) => `DIFFERENT: ${difference}\n`).join("")}`);
process.exitCode = report.differences.length === 0 ? 0 : 1;
