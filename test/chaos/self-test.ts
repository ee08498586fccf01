import { readFlags } from "../../bench/support/options.ts";
import { breakEachPart } from "./self-test-broken.ts";
import { whyNoStrace } from "./support/strace.ts";

const flags = readFlags(
  "Breaks one part of the path after another: the self-test must notice each, and the dead-man's switch must fall silent.",
  {
    "self-test-ms": { default: 1_000, help: "how often a test alarm goes; 30 s in real life" },
    "fail-after-ms": { default: 3_000, help: "when the path counts as broken; 90 s in real life" },
  },
);

const why = whyNoStrace();
if (why !== undefined) {
  process.stderr.write(`!!! SKIPPED, nothing was tested: ${why}\n`);
  process.exit(0);
}
const { parts, differences } = await breakEachPart({
  ...{ selfTestMs: flags["self-test-ms"], failAfterMs: flags["fail-after-ms"] },
  onLine: (line) => process.stderr.write(`${line}\n`),
});
const rows = parts.map(
  ({ name, stage = "–", noticedMs, pings, mendedMs }) =>
    `  ${name.padEnd(28)}${stage.padStart(12)}${noticedMs.toFixed(0).padStart(14)}${String(pings).padStart(8)}${mendedMs.toFixed(0).padStart(14)}`,
);
process.stdout.write(`
${"  broken".padEnd(30)}${["stage", "noticed, ms", "pings", "recovery, ms"].map((word, i) => word.padStart([12, 14, 8, 14][i]!)).join("")}
${rows.join("\n")}
${differences.map((difference) => `DIFFERENT: ${difference}\n`).join("")}`);
process.exitCode = differences.length === 0 ? 0 : 1;
