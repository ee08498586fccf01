import { readFlags } from "../../bench/support/options.ts";
import { hasInflux } from "../support/influx-server.ts";
import { influxAwayUnderLoad } from "./influx-away-under-load.ts";

const flags = readFlags(
  "Keeps InfluxDB away from a gateway under load in four ways and proves that no value is lost or doubled.",
  {
    "away-s": { default: 15, help: "seconds of each way to be away: hanging, 503, cut, refused" },
    seed: { default: 1, help: "of the chance behind messages" },
    "per-second": { default: 1_000, help: "messages a second over all devices" },
  },
);
if (!hasInflux) {
  process.stderr.write("MISSING: influxd (Debian: apt-get install influxdb)\n");
  process.exit(1);
}
const report = await influxAwayUnderLoad({
  awayS: flags["away-s"],
  seed: flags.seed,
  perSecond: flags["per-second"],
  onLine: (line) => process.stderr.write(`${line}\n`),
});
const { journal } = report;
process.stdout.write(`
InfluxDB away for ${4 * flags["away-s"]} s under load; ${report.acknowledged} messages acknowledged, ${report.waited} journal records waited
  lost before the journal  ${journal.lost} of ${report.acknowledged} acknowledged
  values                   ${report.stored} in InfluxDB of ${report.expected} in the journal, ${report.differences.length} differences
  caught up                ${report.catchUpTimes.toFixed(1)} times as fast as the records came
${report.differences.map((difference) => `DIFFERENT: ${difference}\n`).join("")}`);
process.exitCode = report.differences.length === 0 ? 0 : 1;
