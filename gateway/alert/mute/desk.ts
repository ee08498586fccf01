import { GatewayError } from "../../errors.ts";
import type { Mute, MuteStep, MuteType } from "../../types.ts";
import type { MuteActor, MuteDesk } from "../contract.ts";
import type { Mutes } from "./contract.ts";
import type { MuteSettings } from "./settings.ts";
import { endOf, stateOf } from "./window.ts";

/** What the desk needs. */
export interface MuteDeskParts {
  readonly mutes: Mutes;
  /** Journals a step, for screens; keeps its promise when it is on disk. */
  readonly report: (step: MuteStep) => Promise<void>;
  readonly clock: { now(): number };
  readonly newId: () => string;
  readonly settings: Pick<
    MuteSettings,
    "silenceMaxMs" | "maintenanceMaxMs" | "drillMaxMs" | "crewSilenceMs" | "aheadMs"
  >;
}

/** A beginning that lies no further back than this is now: clocks of callers differ, and requests take their time. */
const clockSlackMs = 60_000;

/** Makes the desk. A window holds at once; the answer waits for the disk. */
export function createMuteDesk({ mutes, report, clock, newId, settings }: MuteDeskParts): MuteDesk {
  const longest: Readonly<Record<MuteType, number>> = {
    silence: settings.silenceMaxMs,
    maintenance: settings.maintenanceMaxMs,
    drill: settings.drillMaxMs,
  };

  function find(site: string, id: string): Mute {
    const mute = mutes.find(id);
    if (mute?.site === site) return mute;
    throw new GatewayError("not-found", `site ${site} has no window "${id}"`);
  }

  function checkRank(mute: Mute, { rank }: MuteActor): void {
    if (rank === "office") return;
    if (
      mute.type !== "silence" ||
      mute.device === undefined ||
      mute.to - mute.from > settings.crewSilenceMs
    ) {
      const most = minutes(settings.crewSilenceMs);
      throw new GatewayError(
        "forbidden",
        `with your role you may silence one device for ${most}; other windows are the office's`,
      );
    }
  }

  function checkTimes({ type, from, to }: Mute, now: number): void {
    if (to <= now) refuse("to", "it would be over already; the end of a window may not lie in the past");
    if (to <= from) refuse("to", "a window ends after it begins");
    if (to - from > longest[type]) {
      refuse("to", `a ${type} lasts at most ${minutes(longest[type])}; plan another one for the time after`);
    }
    if (from - now > settings.aheadMs) {
      refuse("from", `a window is planned at most ${minutes(settings.aheadMs)} ahead`);
    }
  }

  function running(mute: Mute, now: number): Mute {
    if (stateOf(mute, now) !== "ended") return mute;
    const who = mute.endedBy === undefined ? "" : ` by ${mute.endedBy}`;
    throw new GatewayError(
      "conflict",
      `window "${mute.id}" ended${who} at ${new Date(endOf(mute)).toISOString()}`,
    );
  }

  async function put(mute: Mute, now: number): Promise<Mute> {
    await report(mutes.put(mute, now));
    return mute;
  }

  return {
    find,
    list: mutes.list,
    open: mutes.open,
    async add({ from: asked, ...order }, actor) {
      const now = clock.now();
      const from = Math.max(asked ?? now, now);
      if (asked !== undefined && now - asked > clockSlackMs) {
        refuse("from", "a window may not begin in the past; leave it out to begin now");
      }
      const mute: Mute = { ...order, id: newId(), from, by: actor.by };
      checkTimes(mute, now);
      checkRank(mute, actor);
      return put(mute, now);
    },
    async change({ site, id }, { to, reason }, actor) {
      const now = clock.now();
      const before = running(find(site, id), now);
      checkRank(before, actor);
      const mute = { ...before, to: to ?? before.to, reason: reason ?? before.reason };
      checkTimes(mute, now);
      checkRank(mute, actor);
      return put(mute, now);
    },
    async end({ site, id }, actor) {
      const now = clock.now();
      const before = running(find(site, id), now);
      checkRank(before, actor);
      return put({ ...before, endedAt: now, endedBy: actor.by }, now);
    },
  };
}

function refuse(path: string, message: string): never {
  throw new GatewayError("invalid-request", message, { path });
}

/** A length as people read it. */
function minutes(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48 && Number.isInteger(hours / 24)) return `${hours / 24} days`;
  return Number.isInteger(hours) ? `${hours} h` : `${Math.round(ms / 60_000)} min`;
}
