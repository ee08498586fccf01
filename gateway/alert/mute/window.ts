import type { During, Mute, MuteStep, MuteType } from "../../types.ts";
import type { MutePlace } from "./contract.ts";

/** Where a window stands at a moment. */
export type MuteState = Exclude<MuteStep["step"], "changed">;

/** When a window is over, epoch ms: by its time, or when a person ended it. */
export function endOf({ to, endedAt }: Mute): number {
  return endedAt === undefined ? to : Math.min(to, endedAt);
}

/** Where a window stands. It lasts from its first millisecond until before its end. */
export function stateOf(mute: Mute, at: number): MuteState {
  if (at >= endOf(mute)) return "ended";
  return at >= mute.from ? "begun" : "planned";
}

/** Whether a window covers a rule of a device, whenever it lasts. */
export function covers(mute: Mute, { known, rule }: MutePlace): boolean {
  return (
    mute.site === known.site &&
    (mute.building === undefined || mute.building === known.building) &&
    (mute.kind === undefined || mute.kind === known.kind) &&
    (mute.device === undefined || mute.device === known.device) &&
    (mute.rule === undefined || mute.rule === rule)
  );
}

/** Whether a window tells more than another one about what happens in both. */
export function tellsMore(mute: Mute, than: Mute): boolean {
  const order = telling[mute.type] - telling[than.type];
  return order === 0 ? endOf(mute) > endOf(than) : order < 0;
}

const telling: Readonly<Record<MuteType, number>> = { drill: 0, maintenance: 1, silence: 2 };

/** What a change keeps of the window that it happened in. */
export function duringOf({ id, type, reason }: Mute): During {
  return { mute: id, type, reason };
}
