import { readFlags } from "../../bench/support/options.ts";
import { leaveUnanswered } from "./unanswered-under-kill.ts";

const flags = readFlags(
  "Lets a fire burn that nobody answers, breaks the first way to the crew and kills the gateway in between.",
  {
    seed: { default: 1, help: "of the chance behind kills in the middle of a recovery" },
    "kill-at-s": {
      default: "12,70",
      help: "when the gateway is killed, seconds after the fire, with commas",
    },
    "quiet-s": { default: 130, help: "how long it must be quiet after somebody has answered" },
  },
);

const report = await leaveUnanswered({
  seed: flags.seed,
  killAtMs: flags["kill-at-s"].split(",").map((seconds) => Number(seconds) * 1000),
  quietMs: flags["quiet-s"] * 1000,
  onLine: (line) => process.stderr.write(`${line}\n`),
});
const seconds = (times: readonly number[]) => times.map((ms) => (ms / 1000).toFixed(1)).join(", ");
process.stdout.write(`
1 fire that nobody answers, the first way broken, ${report.kills} kills
  first way     tried ${report.attempts} times, at most ${(report.longestGapMs / 1000).toFixed(1)} s between two while the gateway ran
  second way    ${seconds(report.second)} s after the fire
  supervisor    ${seconds(report.supervisor)} s after the fire
  answered      by the link in the supervisor's message; ${report.afterAnswer} calls after that
${report.differences.map((difference) => `DIFFERENT: ${difference}\n`).join("")}`);
process.exitCode = report.differences.length === 0 ? 0 : 1;
