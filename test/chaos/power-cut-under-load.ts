import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../bench/support/child.ts";
import { openGateway } from "../../bench/support/gateway.ts";
import { exportReadings } from "../../bench/support/journal-export.ts";
import { GatewayError } from "../../gateway/errors.ts";
import type { ReadingRecord } from "../../gateway/types.ts";
import { checkAlerts } from "./support/crossing.ts";
import type { DiskImage, Snapshot } from "./support/disk-image.ts";
import { createLedger, type Key, type Ledger } from "./support/ledger.ts";
import { mixedPlans } from "./support/mixed-town.ts";
import { createRandom } from "./support/random.ts";
import { resend } from "./support/resend.ts";
import { compareSeries } from "./support/series-whole.ts";
import { openTown, type Town } from "./support/town.ts";
import { pause, until } from "./support/wait.ts";
import { type Promised, startWitnesses, type Witnesses } from "./support/witnesses.ts";

/** How often, how hard. */
export interface PowerCutOptions {
  readonly images: number;
  readonly seed: number;
  /** Messages a second over all devices. */
  readonly perSecond: number;
  /** Longest time under load between two images, ms. */
  readonly longestMs: number;
  readonly onLine: (line: string) => void;
}

/** Counts over all images. */
export interface PowerCutReport {
  readonly images: number;
  /** Sums over the images: what had been acknowledged when the power went. */
  readonly acknowledged: number;
  readonly stored: number;
  readonly lost: number;
  readonly doubled: number;
  /** Messages that were sent again to the recovered gateways. */
  readonly resent: number;
  readonly values: { readonly expected: number; readonly lost: number; readonly doubled: number };
  readonly promised: {
    readonly devices: number;
    readonly plain: number;
    readonly lost: number;
    readonly doubled: number;
  };
  readonly alerts: { readonly raised: number; readonly expected: number };
  readonly slowestStartMs: number;
  readonly differences: readonly string[];
}

const site = "power";
const adminToken = "chaos-token-chaos-token-chaos";
const env = {
  // Many checkpoints and segments, so that the power goes between them too.
  LINLI_CHECKPOINT_MS: "200",
  LINLI_JOURNAL_SEGMENT_BYTES: "262144",
  // Room on the image, and for what waits for the subscriber that is away.
  LINLI_JOURNAL_RESERVE_BYTES: String(4 * 1024 * 1024),
  LINLI_BROKER_SESSIONS_MESSAGES_PER_SESSION: "100000",
  LINLI_BROKER_SESSIONS_BYTES_PER_SESSION: "100000000",
  LINLI_SERIES_BATCH_MS: "50",
  LINLI_SERIES_DUCKDB_FRESH_ROWS: "2000",
  LINLI_SERIES_DUCKDB_FRESH_MS: "1000",
  LINLI_API_REQUESTS_PER_SECOND: "10000",
  LINLI_API_REQUESTS_BURST: "10000",
};

/** What was known when an image was made. */
interface Cut {
  readonly name: string;
  readonly snapshot: Snapshot;
  readonly acknowledged: number;
  readonly said: ReadonlyMap<string, number>;
  readonly promised: Promised;
}

/**
 * Copies the disk under a gateway at random moments, starts a gateway on each copy as after a power cut, sends again what
 * devices would send again, and compares with what had been acknowledged. Throws when a gateway does not start on a copy.
 */
export async function cutPowerUnderLoad(disk: DiskImage, options: PowerCutOptions): Promise<PowerCutReport> {
  const random = createRandom(options.seed);
  const outside = await mkdtemp(join(tmpdir(), "linli-power-ledger-"));
  const ledger = createLedger(join(outside, "ledger.txt"));
  const dataDir = join(disk.folder, "data");
  await mkdir(dataDir);
  const gateway = await openGateway({ dataDir, adminToken, env });
  const tally = createSums();
  let town: Town | undefined;
  try {
    const port = gateway.mqttPort;
    town = await openTown({ gateway, site, plans: mixedPlans(), window: 16, ledger, random, port });
    const { talkers } = town;
    const witnesses = await startWitnesses(gateway, site);
    await until("every device is connected", () => talkers.every(({ client }) => client.isConnected));
    town.talk(options.perSecond);
    const cuts: Cut[] = [];
    for (let n = 1; n <= options.images; n++) {
      await pause(50 + random() * options.longestMs);
      const known = {
        acknowledged: ledger.acknowledgedCount,
        said: new Map(talkers.map((talker) => [talker.device, talker.said()])),
        promised: witnesses.promised(),
      };
      cuts.push({ name: `cut-${n}`, ...known, snapshot: disk.cut(`cut-${n}`) });
    }
    town.hush();
    await witnesses.stop();
    await until("every message is acknowledged", () => town!.outstanding() === 0);
    town.stop();
    await gateway.stop();
    for (const cut of cuts) {
      await examine({ cut, town, ledger, witnesses, tally });
      options.onLine(
        `${cut.name} of ${cuts.length}: ${cut.acknowledged} acknowledged, ${tally.differences.length} differences so far`,
      );
    }
    return { images: cuts.length, ...tally.report() };
  } finally {
    town?.stop();
    await gateway.stop("SIGKILL");
    ledger.close();
    await rm(outside, { recursive: true });
  }
}

/** Messages of each device that are sent again, from the newest that was sent when the power went. */
const resentEach = 60;

async function examine({
  cut,
  town,
  ledger,
  witnesses,
  tally,
}: {
  cut: Cut;
  town: Town;
  ledger: Ledger;
  witnesses: Witnesses;
  tally: ReturnType<typeof createSums>;
}): Promise<void> {
  const dataDir = join(await cut.snapshot.mount(), "data");
  const startedAt = Date.now();
  const place = { dataDir, adminToken, env, mqttPort: await freePort(), httpPort: await freePort() };
  const gateway = await openGateway(place).catch((cause: unknown) => {
    throw new GatewayError("scenario-failed", `no gateway starts on ${cut.name}`, { cause });
  });
  try {
    tally.started(Date.now() - startedAt);
    tally.kept(cut.promised, await witnesses.check(gateway, cut.promised));
    const talkers = town.talkers.map((talker) => ({ talker, said: cut.said.get(talker.device) ?? 0 }));
    tally.resent(await resend({ port: gateway.mqttPort, talkers, most: resentEach }));
    const stored: ReadingRecord[] = [];
    for await (const reading of exportReadings(dataDir)) stored.push(reading);
    tally.journal(cut.name, await ledger.compare(keysOf(stored), cut.acknowledged), cut.acknowledged);
    const counts = Map.groupBy(stored, ({ device }) => device);
    const heard = town.talkers.map((talker) => ({
      ...talker,
      said: () => counts.get(talker.device)?.length ?? 0,
    }));
    tally.alerts(cut.name, await checkAlerts(gateway, site, heard));
    tally.damage(cut.name, await gateway.list<{ rule: string }>("/api/v1/alerts?site=gateway&limit=200"));
    tally.values(cut.name, await compareSeries(gateway, { site, stored }));
  } finally {
    await gateway.stop();
  }
  cut.snapshot.unmount();
  await cut.snapshot.remove();
}

async function* keysOf(readings: readonly ReadingRecord[]): AsyncGenerator<Key> {
  for (const { device, message } of readings) {
    yield { device, boot: String(message.boot), seq: Number(message.seq) };
  }
}

/** Adds up what the images show. */
function createSums() {
  const sums = { acknowledged: 0, stored: 0, lost: 0, doubled: 0, resent: 0, slowestStartMs: 0 };
  const values = { expected: 0, lost: 0, doubled: 0 };
  const promised = { devices: 0, plain: 0, lost: 0, doubled: 0 };
  const alerts = { raised: 0, expected: 0 };
  const differences: string[] = [];
  const tell = (name: string, examples: readonly string[]) =>
    differences.push(...examples.slice(0, 3).map((example) => `${name}: ${example}`));

  return {
    differences,
    started(ms: number) {
      sums.slowestStartMs = Math.max(sums.slowestStartMs, ms);
    },
    kept(what: Promised, report: Awaited<ReturnType<Witnesses["check"]>>) {
      promised.devices += what.devices.length;
      promised.plain += what.plain.length;
      promised.lost += report.lost;
      promised.doubled += report.doubled;
      tell("promised", report.examples);
    },
    resent(count: number) {
      sums.resent += count;
    },
    journal(name: string, report: Awaited<ReturnType<Ledger["compare"]>>, acknowledged: number) {
      sums.acknowledged += acknowledged;
      sums.stored += report.stored;
      sums.lost += report.lost;
      sums.doubled += report.doubled;
      tell(name, report.examples);
    },
    alerts(name: string, check: Awaited<ReturnType<typeof checkAlerts>>) {
      alerts.raised += check.raised;
      alerts.expected += check.raisedExpected;
      tell(name, check.examples);
    },
    damage(name: string, own: readonly { rule: string }[]) {
      const grave = own.map(({ rule }) => rule).filter((rule) => rule !== "torn-tail");
      if (grave.length > 0) tell(name, [`the gateway says ${[...new Set(grave)].join(", ")}`]);
    },
    values(
      name: string,
      report: { expected: number; lost: number; doubled: number; examples: readonly string[] },
    ) {
      values.expected += report.expected;
      values.lost += report.lost;
      values.doubled += report.doubled;
      tell(name, report.examples);
    },
    report: () => ({ ...sums, values, promised, alerts, differences }),
  };
}
