import type { LiveValue, PresenceState, Twins } from "./api/parts.ts";
import type { Clock } from "./clock.ts";
import type { DeviceState, DeviceStates } from "./device-state.ts";
import { qualityNow } from "./state/twin.ts";

/** The device states as the API shows them: every value with its unit, its times and its quality at this moment. */
export function createTwins({ states, clock }: { states: DeviceStates; clock: Pick<Clock, "now"> }): Twins {
  return {
    presence: (device) => presenceOf(states.find(device)),
    twin(device) {
      const state = states.find(device);
      if (state === undefined) return { presence: "unknown", lastAt: undefined, values: {} };
      const { known } = state;
      // A device that was only ever replayed shows what the replay says, marked as simulated.
      const twin = state.twin.lastAt === 0 && state.replayed !== undefined ? state.replayed : state.twin;
      const intervalMs = known.intervalMs ?? known.definition.intervalMs;
      const now = clock.now();
      const values: Record<string, LiveValue> = {};
      for (const name of Object.keys(known.definition.fields)) {
        const value = twin.values[name];
        const stamp = twin.stamps[name];
        if (value === undefined || stamp === undefined) continue;
        const quality = qualityNow(stamp, twin.online, intervalMs, twin.freshAt, now);
        const unit = known.definition.fields[name]?.unit;
        values[name] = { value, unit, ts: stamp.ts, at: stamp.at, quality };
      }
      return { presence: presenceOf(state), lastAt: twin.lastAt || undefined, values };
    },
  };
}

function presenceOf(state: DeviceState | undefined): PresenceState {
  if (state?.twin.online === undefined) return "unknown";
  return state.twin.online ? "online" : "offline";
}
