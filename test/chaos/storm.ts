import { readFlags } from "../../bench/support/options.ts";
import { stormUnderLoad } from "./storm-under-load.ts";

const flags = readFlags(
  "Cuts many devices off in one moment and lets one burn: what does a group with a robot see?",
  {
    devices: { default: 500, help: "devices that go offline" },
    repeats: { default: 2, help: "how often the fire must be told again before somebody answers" },
    "quiet-s": { default: 130, help: "how long it must be quiet after that" },
  },
);

const report = await stormUnderLoad({
  ...{ devices: flags.devices, repeats: flags.repeats, quietMs: flags["quiet-s"] * 1000 },
  onLine: (line) => process.stderr.write(`${line}\n`),
});
process.stdout.write(`
${flags.devices} devices went offline, 1 burnt
  fire          message ${report.firePlace} of ${report.messages}, ${report.fireMs} ms after the PUBLISH
  told again    after ${report.repeatMs.map((ms) => (ms / 1000).toFixed(1)).join(", ")} s; ${report.afterAnswer} times after somebody answered
  robot         at most ${report.mostInMinute} messages in any 60 s
  list          alerts of ${report.listed} devices of ${report.expected}
${report.differences.map((difference) => `DIFFERENT: ${difference}\n`).join("")}`);
process.exitCode = report.differences.length === 0 ? 0 : 1;
