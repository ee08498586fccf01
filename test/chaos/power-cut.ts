import { readFlags } from "../../bench/support/options.ts";
import { cutPowerUnderLoad } from "./power-cut-under-load.ts";
import { openDiskImage } from "./support/disk-image.ts";

const flags = readFlags(
  "Copies the disk at random moments, as a power cut leaves it, and proves that nothing acknowledged is lost or doubled.",
  {
    images: { default: 20, help: "how often the power is cut" },
    mib: { default: 1024, help: "size of the disk" },
    seed: { default: 1, help: "of the chance behind moments and messages" },
    "per-second": { default: 2_000, help: "messages a second over all devices" },
    "longest-ms": { default: 500, help: "longest time under load between two cuts" },
  },
);

const disk = await openDiskImage(flags.mib);
if (typeof disk === "string") {
  process.stderr.write(`!!! SKIPPED, nothing was tested: ${disk}\n`);
  process.exit(0);
}
try {
  const report = await cutPowerUnderLoad(disk, {
    ...{
      images: flags.images,
      seed: flags.seed,
      perSecond: flags["per-second"],
      longestMs: flags["longest-ms"],
    },
    onLine: (line) => process.stderr.write(`${line}\n`),
  });
  const { values, promised, alerts } = report;
  process.stdout.write(`
power cut ${report.images} times under load; sums over all images
  messages      lost ${report.lost} of ${report.acknowledged} acknowledged, doubled ${report.doubled} of ${report.stored} stored, after ${report.resent} were sent again
  values        lost ${values.lost} of ${values.expected} in the series, doubled ${values.doubled}
  alerts        ${alerts.raised} raised of ${alerts.expected} expected
  promised      ${promised.devices} registrations, ${promised.plain} retained and waiting messages: lost ${promised.lost}, doubled ${promised.doubled}
  slowest start ${report.slowestStartMs} ms, seed ${flags.seed}
${report.differences.map((difference) => `DIFFERENT: ${difference}\n`).join("")}`);
  process.exitCode = report.differences.length === 0 ? 0 : 1;
} finally {
  await disk.remove();
}
