import type { Clock } from "../../clock.ts";
import { GatewayError } from "../../errors.ts";
import type { IncidentStep } from "../../types.ts";
import type { Incident, IncidentAction, IncidentBook, IncidentDesk, IncidentMove } from "../contract.ts";
import { foldStep, isEnded } from "./fold.ts";
import { refusalOf } from "./moves.ts";
import type { IncidentWatch } from "./watch.ts";

/** What the desk needs. */
export interface IncidentDeskParts {
  readonly book: Pick<IncidentBook, "find" | "timeline">;
  readonly watch: Pick<IncidentWatch, "find" | "follow">;
  /** Journals a step; keeps its promise when it is on disk. */
  readonly report: (step: IncidentStep) => Promise<void>;
  /** Acknowledges one alert; may refuse. */
  readonly acknowledgeAlert: (action: { alert: string; by: string }) => Promise<unknown>;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
}

/**
 * Makes the desk. The watch knows a step before it is on disk, so that of two people only one is the first; the answer
 * waits for the disk.
 */
export function createIncidentDesk(parts: IncidentDeskParts): IncidentDesk {
  const { book, watch, report, clock, newId } = parts;
  /** Steps with a key that are on their way to the disk, by their id. */
  const underWay = new Map<string, Promise<Incident>>();

  const lookUp = (id: string) => watch.find(id) ?? book.find(id);

  function find(id: string): Incident {
    const incident = lookUp(id);
    if (incident === undefined) throw new GatewayError("not-found", `there is no incident "${id}"`);
    return incident;
  }

  /** Everybody who is told of the step must know that it is a drill. */
  async function follow(step: IncidentStep, { drill }: Incident): Promise<void> {
    const marked = drill === undefined ? step : { ...step, drill };
    watch.follow(marked);
    await report(marked);
  }

  /** `stepId`: under which it stands in the timeline. */
  async function take(move: IncidentMove, { incident: id, by, note }: IncidentAction, stepId: string) {
    const before = find(id);
    if (move === "false-alarm" && note === undefined) {
      throw new GatewayError("invalid-request", "say why it was a false alarm; it is kept in the record", {
        path: "note",
      });
    }
    const done = move === "noted" ? undefined : before.times[move];
    // The same person again, after an answer that got lost on the way.
    if (done?.by === by && before.state === move) return before;
    const refusal = refusalOf(before, move);
    if (refusal !== undefined) {
      const who = done === undefined ? "" : `; ${done.by} did this at ${new Date(done.at).toISOString()}`;
      throw new GatewayError("conflict", `incident ${id}: ${refusal}${who}`);
    }
    const step: IncidentStep = {
      ...{ id: stepId, incident: id, site: before.site, step: move, at: clock.now(), by },
      ...(note === undefined ? {} : { note }),
    };
    await follow(step, before);
    // Who answers the incident has seen its alarms; one that somebody else acknowledged stays his.
    if (move === "acknowledged") {
      await Promise.allSettled(before.alarms.map(({ alert }) => parts.acknowledgeAlert({ alert, by })));
    }
    return foldStep(before, step) ?? before;
  }

  return {
    find: lookUp,
    async take(move, action) {
      const { incident, key } = action;
      if (key === undefined) return take(move, action, newId());
      const stepId = `${incident}-${key}`;
      const first = underWay.get(stepId);
      if (first !== undefined) return first;
      if (book.timeline(incident).some(({ id }) => id === stepId)) return find(incident);
      const taken = take(move, action, stepId).finally(() => underWay.delete(stepId));
      underWay.set(stepId, taken);
      return taken;
    },
    async endDrill({ incident: id, note }) {
      const before = find(id);
      if (before.drill === undefined) {
        throw new GatewayError("conflict", `incident ${id} is no drill; only its crew closes it`);
      }
      if (isEnded(before)) return before;
      const step: IncidentStep = {
        ...{ id: newId(), incident: id, site: before.site, step: "closed", at: clock.now() },
        ...(note === undefined ? {} : { note }),
      };
      await follow(step, before);
      return foldStep(before, step) ?? before;
    },
  };
}
