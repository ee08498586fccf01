import type { DeviceName, KnownDevice, Mute, MuteType } from "../../types.ts";
import type { Holds, Mutes } from "./contract.ts";
import { isNeverHeld } from "./never-held.ts";
import { endOf } from "./window.ts";

/** What the holds need. */
export interface HoldsParts {
  readonly mutes: Pick<Mutes, "covering" | "find">;
  readonly find: (device: DeviceName) => KnownDevice | undefined;
  readonly clock: { now(): number };
}

/** Makes the holds. They look at the marks of a change alone, so that it is held or told for good, whenever they are asked. */
export function createHolds({ mutes, find, clock }: HoldsParts): Holds {
  return {
    hold(change) {
      const { device, muted, under, during } = change;
      if (isNeverHeld(change, find(device))) return undefined;
      if (muted === true) {
        const mute = during && mutes.find(during.mute);
        return mute === undefined
          ? `muted by a window: ${during?.reason ?? "it is kept no more"}`
          : reasonOf(mute);
      }
      if (under === undefined) return undefined;
      return `under its uplink ${find(under)?.name ?? under}, which is down`;
    },
    pause(change) {
      const known = find(change.device);
      if (known === undefined || isNeverHeld(change, known)) return undefined;
      const mute = mutes.covering({ known, rule: change.rule }, clock.now());
      return mute && reasonOf(mute);
    },
  };
}

function reasonOf(mute: Mute): string {
  const until = new Date(endOf(mute)).toISOString().slice(0, 16);
  return `${words[mute.type]} by ${mute.by} until ${until}Z: ${mute.reason}`;
}

const words: Readonly<Record<MuteType, string>> = {
  silence: "silenced",
  maintenance: "under maintenance",
  drill: "in a drill",
};
