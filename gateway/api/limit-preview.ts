import type { Limits, Rule } from "../../devices/kit/kind.ts";
import type { Episode } from "../alert/contract.ts";
import { GatewayError } from "../errors.ts";
import type { LimitOverride } from "../state/contract.ts";
import type { KnownDevice } from "../types.ts";
import type { ApiParts } from "./parts.ts";
import { pastReadings, valuesBefore } from "./past-readings.ts";

/** What would have become of one device: how often its alert was raised with the numbers that hold, and with those to be tried. */
export interface PreviewOfDevice {
  readonly device: KnownDevice;
  readonly now: number;
  readonly tried: number;
  /** When it would have been open with the tried numbers; the last ones. */
  readonly episodes: readonly Episode[];
}

/** Episodes that are kept of each device. */
const maxEpisodes = 100;

/** What is to be tried. */
export interface PreviewOrder {
  readonly devices: readonly KnownDevice[];
  readonly rule: Rule;
  /** The numbers to try; those that are not named stay as they are for each device. */
  readonly limitsOf: (device: KnownDevice) => Limits;
  readonly from: number;
  readonly to: number;
}

/** A preview looked at `devices`; the rest had too much history, or there was no time left. */
export interface Preview {
  readonly devices: readonly PreviewOfDevice[];
  readonly skipped: number;
}

/**
 * Makes the one who tries numbers on the past: one device after the other, so that messages come between them, one preview at a time,
 * and no longer than `settings.previewMs`. Refuses a second one with `busy`.
 */
export function createLimitPreview({
  series,
  rehearse,
  clock,
  settings,
}: Pick<ApiParts, "series" | "clock" | "settings" | "rehearse">) {
  let isRunning = false;

  async function lookAt(device: KnownDevice, order: PreviewOrder): Promise<PreviewOfDevice | undefined> {
    const { rule, from, to } = order;
    const fields = [...Object.keys(device.definition.fields), "event"];
    const choice = { devices: [device.device], fields, from, to, simulated: false, step: "raw" as const };
    const answer = await series.range(choice).catch((error: unknown) => {
      if (error instanceof GatewayError && error.code === "limit-reached") return undefined;
      throw error;
    });
    if (answer === undefined) return undefined;
    const past = { device, rule, from, to, readings: pastReadings(answer), before: valuesBefore(answer) };
    const tried = rehearse({ ...past, limits: order.limitsOf(device) });
    return {
      device,
      now: rehearse({ ...past, limits: device.limits[rule.id] ?? {} }).length,
      tried: tried.length,
      episodes: tried.slice(-maxEpisodes),
    };
  }

  return async (order: PreviewOrder): Promise<Preview> => {
    if (isRunning) {
      throw new GatewayError("busy", "another preview is running; try again in a moment", {
        retryable: true,
      });
    }
    isRunning = true;
    try {
      const until = clock.now() + settings.previewMs;
      const devices: PreviewOfDevice[] = [];
      for (const device of order.devices) {
        if (clock.now() >= until) break;
        const found = await lookAt(device, order);
        if (found !== undefined) devices.push(found);
      }
      return { devices, skipped: order.devices.length - devices.length };
    } finally {
      isRunning = false;
    }
  };
}

/** The numbers to try for each device: of a whole site they hold where a device has no number of its own, as when they are set. */
export function triedLimits(
  tried: Limits,
  { rule, overrides, isOfDevice }: { rule: string; overrides: readonly LimitOverride[]; isOfDevice: boolean },
): (device: KnownDevice) => Limits {
  return ({ device, limits }) => {
    const own = overrides.filter((one) => one.device === device && one.rule === rule);
    const given = Object.entries(tried).filter(
      ([limit]) => isOfDevice || !own.some((one) => one.limit === limit),
    );
    return { ...limits[rule], ...Object.fromEntries(given) };
  };
}
