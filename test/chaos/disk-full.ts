import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../bench/support/child.ts";
import { openGateway, startGateway } from "../../bench/support/gateway.ts";
import { exportReadings } from "../../bench/support/journal-export.ts";
import { readFlags } from "../../bench/support/options.ts";
import type { ReadingRecord } from "../../gateway/types.ts";
import { checkAlerts } from "./support/crossing.ts";
import { createLedger } from "./support/ledger.ts";
import { createRandom } from "./support/random.ts";
import { compareSeries } from "./support/series-whole.ts";
import { storedKeys } from "./support/stored-keys.ts";
import { watchStream } from "./support/stream-watch.ts";
import { mountSmallDisk } from "./support/tmpfs.ts";
import { openTown, type Plan, type Talker } from "./support/town.ts";
import { pause, until } from "./support/wait.ts";

const flags = readFlags(
  "Fills the gateway's disk under load: nothing may be acknowledged that is not durable.",
  {
    mib: { default: 192, help: "size of the disk" },
    "per-second": { default: 1_000, help: "messages a second over all devices" },
    restarts: {
      default: 0,
      help: "how often the gateway is killed while the disk is full; it must come back",
    },
    "full-seconds": { default: 5, help: "how long the disk stays full" },
  },
);

/** Longest time in which a fire must be on a screen, ms. */
const fireMs = 1_000;
/** Longest time from space to the next acknowledgement, ms. */
const recoveryMs = 10_000;

const disk = await mountSmallDisk(flags.mib);
if (typeof disk === "string") {
  process.stderr.write(`!!! SKIPPED, nothing was tested: ${disk}\n`);
  process.exit(0);
}
const site = "full";
const lateId = "registered-while-full";
const faults: string[] = [];
const outside = await mkdtemp(join(tmpdir(), "linli-disk-ledger-"));
const ledger = createLedger(join(outside, "ledger.txt"));
const place = {
  dataDir: disk.folder,
  mqttPort: await freePort(),
  httpPort: await freePort(),
  adminToken: "chaos-token-chaos-token-chaos",
};
let gateway = await openGateway(place);
let fire: Talker;
try {
  const town = await openTown({
    gateway,
    site,
    plans: plans(),
    window: 16,
    ledger,
    random: createRandom(1),
    port: place.mqttPort,
  });
  fire = town.talkers.find(({ plan }) => plan.rule !== undefined)!;
  const screen = await watchStream(gateway);
  await until("every device is connected", () => town.talkers.every(({ client }) => client.isConnected));
  town.talk(flags["per-second"]);
  await pause(1_000);
  const healthy = ledger.acknowledgedCount;

  disk.fill();
  await until("nothing is acknowledged any more", isFrozen());
  const frozen = ledger.acknowledgedCount;
  const fireAt = performance.now();
  fire.say();
  await until("the fire is on a screen", () => screen.cameAt("alert", fire.device, fireAt) !== undefined);
  const tookMs = screen.cameAt("alert", fire.device, fireAt)! - fireAt;
  if (tookMs > fireMs) faults.push(`the fire was on the screen after ${tookMs.toFixed(0)} ms`);
  await until("the fire is acknowledged out of the reserve", () => fire.client.outstanding === 0);
  const registered = await tryToRegister();
  await pause(flags["full-seconds"] * 1_000);
  const whileFull = ledger.acknowledgedCount - frozen - 1;
  if (whileFull > 0) faults.push(`${whileFull} other messages were acknowledged while the disk was full`);
  screen.close();
  const restartedMs: number[] = [];
  for (let n = 0; n < flags.restarts; n++) restartedMs.push(await restartWhileFull());
  if (!gateway.isAlive()) faults.push(`the gateway died:\n${gateway.output()}`);

  const spaceAt = performance.now();
  const before = ledger.acknowledgedCount;
  disk.empty();
  await until("messages are acknowledged again", () => ledger.acknowledgedCount > before);
  const recoveredMs = performance.now() - spaceAt;
  if (recoveredMs > recoveryMs) faults.push(`it took ${recoveredMs.toFixed(0)} ms to recover`);
  await pause(1_000);
  town.hush();
  await until("every message is acknowledged", () => town.outstanding() === 0);
  const alerts = await checkAlerts(gateway, site, town.talkers);
  faults.push(...alerts.examples);
  const devices = await gateway.list<{ id: string }>(`/api/v1/sites/${site}/devices?limit=200`);
  const isThere = devices.some(({ id }) => id === lateId);
  if (isThere !== registered)
    faults.push(`a registration on the full disk was answered ${registered}, it is ${isThere}`);
  if (!isThere && !(await tryToRegister())) faults.push("no device can be registered after space returned");
  const stored: ReadingRecord[] = [];
  for await (const reading of exportReadings(disk.folder)) stored.push(reading);
  const values = await compareSeries(gateway, { site, stored });
  faults.push(...values.examples);
  town.stop();
  await gateway.stop();
  const journal = await ledger.compare(storedKeys(disk.folder));
  faults.push(...journal.examples);
  process.stdout.write(`
disk full for ${flags["full-seconds"]} s
  acknowledged    ${healthy} before, ${whileFull} while full (beside 1 fire), ${ledger.acknowledgedCount} in all
  fire on screen  ${tookMs.toFixed(1)} ms
  restarts        ${restartedMs.length} while full, the fire after each on a screen in ${restartedMs.map((ms) => ms.toFixed(0)).join(", ") || "–"} ms
  recovery        ${recoveredMs.toFixed(0)} ms after space returned
  lost            ${journal.lost} of ${ledger.acknowledgedCount} acknowledged
  doubled         ${journal.doubled} of ${journal.stored} stored
  series          lost ${values.lost}, doubled ${values.doubled} of ${values.expected} values
  registration    ${registered ? "taken" : "refused"} while full
  alerts          ${alerts.raised} raised of ${alerts.raisedExpected} expected, ${alerts.unexpected} unexpected
${faults.map((fault) => `DIFFERENT: ${fault}\n`).join("")}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await gateway.stop("SIGKILL");
  ledger.close();
  await disk.remove();
  await rm(outside, { recursive: true });
}

/** Whether the gateway said that a device is registered. */
async function tryToRegister(): Promise<boolean> {
  try {
    await gateway.addDevices(site, [{ kind: "waste-bin", id: lateId }]);
    return true;
  } catch {
    // Refused, which is right on a full disk.
    return false;
  }
}

/** Kills the gateway and starts it on the full disk: not ready then, but there, and a fire comes through. The fire's time, ms. */
async function restartWhileFull(): Promise<number> {
  const kept = ledger.acknowledgedCount;
  await gateway.stop("SIGKILL");
  gateway = await startGateway(place);
  await until("the restarted gateway listens", () => gateway.output().includes("linli listens"));
  const screen = await watchStream(gateway);
  await until("the fire's device is back", () => fire.client.isConnected);
  const at = performance.now();
  fire.say();
  await until(
    "a fire after the restart is on a screen",
    () => screen.cameAt("alert", fire.device, at) !== undefined,
  );
  const ms = screen.cameAt("alert", fire.device, at)! - at;
  if (ms > fireMs) faults.push(`the fire after a restart was on the screen after ${ms.toFixed(0)} ms`);
  await pause(1_000);
  const more = ledger.acknowledgedCount - kept;
  // Alarms may have found room in what is left of the reserve.
  if (more > fire.said()) faults.push(`${more} messages were acknowledged on the full disk after a restart`);
  screen.close();
  return ms;
}

/** Makes the question whether a second has passed without an acknowledgement. */
function isFrozen(): () => boolean {
  let count = ledger.acknowledgedCount;
  let since = performance.now();
  return () => {
    if (ledger.acknowledgedCount !== count) {
      count = ledger.acknowledgedCount;
      since = performance.now();
    }
    return performance.now() - since > 1_000;
  };
}

function plans(): Plan[] {
  const talking = Array.from({ length: 8 }, (_, i) => ({
    kind: "waste-bin",
    id: `bin-${i + 1}`,
    say: () => ({ stream: "telemetry" as const, fields: { fill: 0.42, temperature: 18.5 } }),
    share: 1,
    mayReboot: false,
    rule: undefined,
  }));
  const burning = (n: number) => ({
    stream: "telemetry" as const,
    fields: { burning: n % 2 === 0, temperature: 20 },
  });
  return [
    ...talking,
    { kind: "waste-bin", id: "fire", say: burning, share: 0, mayReboot: false, rule: "fire" },
  ];
}
