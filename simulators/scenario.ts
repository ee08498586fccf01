import { type Api, createApi } from "../client/api.ts";
import type { Catalogue } from "../devices/kit/kind.ts";
import type { Clock } from "../gateway/clock.ts";
import { messageOf } from "../gateway/errors.ts";
import { registerDevices } from "./register.ts";
import { type ActualAlert, compareAlerts } from "./scenario-compare.ts";
import type { Scenario } from "./scenario-file.ts";
import { createStage, type Stage } from "./scenario-stage.ts";
import { describeStep, playStep } from "./scenario-steps.ts";
import type { SimulatorSettings } from "./settings.ts";

/** Against which gateway a scenario is played, and how. */
export interface ScenarioOptions {
  readonly scenario: Scenario;
  readonly brokerUrl: string;
  readonly apiUrl: string;
  /** Needs the role admin: the scenario makes a site of its own. */
  readonly token: string;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly settings: SimulatorSettings;
  /** Pauses are this many times shorter. Default 1. */
  readonly speed?: number;
  /** Id of the site to make; default: the scenario's name and the time. */
  readonly site?: string | undefined;
  /** What happens to the site afterwards; default `remove-if-right`. */
  readonly afterwards?: "keep" | "remove-if-right";
  readonly log?: (line: string) => void;
}

/** How a scenario went. */
export interface ScenarioReport {
  readonly name: string;
  readonly site: string;
  /** Empty when everything was as expected. */
  readonly differences: readonly string[];
  readonly alerts: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly tookMs: number;
}

/** Plays a scenario on a site of its own and compares what the gateway says with what the file expects. */
export async function playScenario(options: ScenarioOptions): Promise<ScenarioReport> {
  const { scenario, clock, settings, log = () => {} } = options;
  const startedAt = clock.now();
  const site = options.site ?? `${scenario.name.slice(0, 48)}-${startedAt.toString(36)}`;
  const api = createApi({ url: options.apiUrl, token: options.token, timeoutMs: settings.connectTimeoutMs });
  const devices = await registerDevices({
    api,
    site: { id: site, name: scenario.title.zh },
    devices: devicesOf(scenario),
  });
  const stage = createStage({ ...options, site, devices, api, speed: options.speed ?? 1 });
  await setLimits(api, scenario, stage);

  const differences: string[] = [];
  let alerts = 0;
  try {
    for (const [index, step] of scenario.steps.entries()) {
      log(`  ${index + 1}/${scenario.steps.length} ${describeStep(step)}`);
      try {
        await playStep(stage, step);
      } catch (error) {
        differences.push(`steps[${index}]: ${messageOf(error)}`);
        break;
      }
    }
    const outcome = await settled(stage, scenario, startedAt);
    differences.push(...outcome.differences);
    alerts = outcome.alerts;
  } finally {
    await stage.close();
  }
  if (differences.length === 0 && (options.afterwards ?? "remove-if-right") === "remove-if-right") {
    for (const { id } of devices) await api.remove(`/sites/${site}/devices/${id}`);
    await api.remove(`/sites/${site}`);
  }
  const { sent, acknowledged } = stage.counts;
  return {
    name: scenario.name,
    site,
    differences,
    alerts,
    sent,
    acknowledged,
    tookMs: clock.now() - startedAt,
  };
}

function devicesOf(scenario: Scenario) {
  return scenario.devices.flatMap(({ count, ...device }) => {
    if (count === undefined) return [device];
    return Array.from({ length: count }, (_, index) => {
      const number = String(index + 1).padStart(2, "0");
      return { ...device, id: `${device.id}-${number}`, name: device.name && `${device.name} ${number}` };
    });
  });
}

async function setLimits(api: Api, { limits }: Scenario, stage: Stage): Promise<void> {
  for (const { devices, rule, limit, value } of limits) {
    for (const { id } of stage.select(devices)) {
      await api.put(`/sites/${stage.site}/devices/${id}/limits`, { rule, limit, value });
    }
  }
}

/** Looks until nothing differs, or the time is over; then once more after `settle`, for what should not have come. */
async function settled(
  stage: Stage,
  scenario: Scenario,
  since: number,
): Promise<{ differences: string[]; alerts: number }> {
  const { within, settle } = scenario.expect;
  const until = stage.clock.now() + within;
  let outcome = await look(stage, scenario, since);
  while (outcome.differences.length > 0 && stage.clock.now() < until) {
    await stage.wait(50);
    outcome = await look(stage, scenario, since);
  }
  if (settle === 0 || outcome.differences.length > 0) return outcome;
  await stage.wait(settle);
  return look(stage, scenario, since);
}

async function look(
  stage: Stage,
  { expect }: Scenario,
  since: number,
): Promise<{ differences: string[]; alerts: number }> {
  const actual = await stage.api.all<ActualAlert>(`/alerts?site=${stage.site}`);
  const expected = expect.alerts.flatMap(({ devices, ...alert }) =>
    stage.select(devices).map(({ id }) => ({ ...alert, device: id })),
  );
  const differences = compareAlerts(expected, actual, expect);
  if (stage.counts.refused > 0)
    differences.push(`refused: ${stage.counts.refused} of ${stage.counts.sent} messages`);
  differences.push(...(await lookAtTwins(stage, expect)), ...(await lookAtRejections(stage, expect, since)));
  return { differences, alerts: actual.length };
}

interface TwinAnswer {
  readonly presence: string;
  readonly values: Record<string, { value: unknown; quality: string } | undefined>;
}

async function lookAtTwins(stage: Stage, { values, presence }: Scenario["expect"]): Promise<string[]> {
  const differences: string[] = [];
  const wanted = new Map<string, ((twin: TwinAnswer) => void)[]>();
  const check = (id: string, act: (twin: TwinAnswer) => void) =>
    wanted.set(id, [...(wanted.get(id) ?? []), act]);
  const compare = (what: string, actual: unknown, expected: unknown) => {
    if (expected !== undefined && actual !== expected)
      differences.push(`differs: ${what} is ${actual}, expected ${expected}`);
  };
  for (const { devices, field, value, quality } of values) {
    for (const { id } of stage.select(devices)) {
      check(id, (twin) => {
        compare(`${id} ${field}`, twin.values[field]?.value, value);
        compare(`quality of ${id} ${field}`, twin.values[field]?.quality, quality);
      });
    }
  }
  for (const entry of presence) {
    for (const { id } of stage.select(entry.devices))
      check(id, (twin) => compare(id, twin.presence, entry.presence));
  }
  for (const [id, checks] of wanted) {
    const twin = await stage.api.get<TwinAnswer>(`/sites/${stage.site}/devices/${id}`);
    for (const act of checks) act(twin);
  }
  return differences;
}

async function lookAtRejections(
  stage: Stage,
  { rejections }: Scenario["expect"],
  since: number,
): Promise<string[]> {
  const { atLeast, atMost, codes } = rejections;
  const all = await stage.api.all<{ at: string; topic: string; principal: string | null; code: string }>(
    "/rejections",
  );
  const own = all.filter(
    ({ at, principal }) => Date.parse(at) >= since && principal?.startsWith(`${stage.site}/`),
  );
  const differences: string[] = [];
  if (own.length < atLeast || own.length > atMost) {
    const bounds = atMost === Number.MAX_SAFE_INTEGER ? `at least ${atLeast}` : `${atLeast} to ${atMost}`;
    const example = own[0] === undefined ? "" : ` (the newest: ${own[0].code} on ${own[0].topic})`;
    differences.push(`differs: ${own.length} rejections, expected ${bounds}${example}`);
  }
  const seen = new Set(own.map(({ code }) => code));
  for (const code of codes) if (!seen.has(code)) differences.push(`missing: a rejection ${code}`);
  return differences;
}
