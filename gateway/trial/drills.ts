import type { Incident } from "../alert/contract.ts";
import type { Clock } from "../clock.ts";
import { GatewayError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { IncidentStep } from "../types.ts";
import type { Drill, DrillDelivery, DrillReport, Drills } from "./contract.ts";
import { drillStation } from "./devices.ts";
import { stepsOf } from "./drill-report.ts";
import { type DrillTable, newDrill } from "./drill-table.ts";
import type { Sight, Sightings } from "./mark.ts";
import type { TrialSettings } from "./settings.ts";

/** The drills, and what the rest of the gateway tells them. */
export interface DrillDesk extends Drills {
  /** Where a site drills at the moment. */
  placeOf(site: string): { readonly building: string | undefined };
  /** A step of an incident was shown to so many screens. */
  shown(step: IncidentStep, screens: number): void;
  /** A step of an incident is on disk, and in the list of incidents. */
  committed(step: IncidentStep): void;
  /** After a start: takes up what was open. */
  resume(): void;
  /** Lets time pass, and writes down what happened. */
  tick(): void;
  /** The gateway stops: what is open stays open, and goes on with the next start. */
  close(): void;
}

/** What drills are made of. */
export interface DrillParts {
  readonly table: DrillTable;
  readonly sightings: Sightings;
  /** Sends the alarm of a drill through a door of MQTT; resolves with its PUBACK. */
  readonly publish: (drill: Drill) => Promise<void>;
  /** Ends the alarm inside of the path. */
  readonly clear: (drill: Drill) => void;
  readonly incidents: { find(id: string): Incident | undefined; open(): readonly Incident[] };
  readonly endIncident: (action: { incident: string; note: string }) => Promise<unknown>;
  /** What became of the notifications of an incident. */
  readonly deliveries: (incident: string) => readonly DrillDelivery[];
  readonly settings: Pick<TrialSettings, "drillMs">;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
  readonly metrics: Pick<Metrics, "count" | "gauge">;
  readonly log: Pick<Log, "info" | "warn" | "error">;
}

/** Takes up the drills that were open. What happens is noted in memory and written a moment later: nothing here may hold up an alarm. */
export function createDrills(parts: DrillParts): DrillDesk {
  const {
    table,
    sightings,
    publish,
    clear,
    incidents,
    endIncident,
    deliveries,
    settings,
    clock,
    newId,
    log,
  } = parts;
  const open = new Map(table.open().map((drill) => [drill.id, drill]));
  const unwritten = new Map<string, Drill>();
  /** How those end that the gateway ends: the step of their incident brings them here. */
  const ending = new Map<string, Pick<Drill, "end" | "endedBy">>();
  let isFailing = false;
  let isClosed = false;
  const started = parts.metrics.count("drills", "Drills that were started");
  parts.metrics.gauge("drills_open", "Drills that have not ended", () => open.size);

  function note(id: string, facts: Partial<Drill>): Drill | undefined {
    const before = open.get(id);
    if (before === undefined) return undefined;
    const drill = { ...before, ...facts };
    if (drill.endedAt === undefined) open.set(id, drill);
    else open.delete(id);
    unwritten.set(id, drill);
    return drill;
  }

  function find(id: string): Drill | undefined {
    return open.get(id) ?? unwritten.get(id) ?? table.find(id);
  }

  function saw(id: string, sight: Sight): void {
    if (sight === "arrived") note(id, { publishedAt: clock.now() });
    if (sight === "judged") note(id, { judgedAt: clock.now() });
    if (sight === "durable") note(id, { durableAt: clock.now() });
  }

  async function send(drill: Drill): Promise<void> {
    const unwatch = sightings.watch(drill.id, (sight) => saw(drill.id, sight));
    try {
      await publish(drill);
    } catch (error) {
      if (isClosed) return;
      log.warn({ drill: drill.id, reason: messageOf(error) }, "drill did not get through");
      // One that was judged all the same is everybody's by now, and is ended like any other.
      if (open.get(drill.id)?.incident === undefined)
        finish(drill.id, { end: "failed", fault: messageOf(error) });
    } finally {
      unwatch();
    }
  }

  function finish(id: string, facts: Pick<Drill, "end"> & Partial<Drill>): void {
    const drill = note(id, { endedAt: clock.now(), ...facts });
    if (drill === undefined) return;
    clear(drill);
    log.info({ drill: id, site: drill.site, end: drill.end }, "drill ended");
  }

  /** The incident first: as long as it is open, so is the drill. Nobody of the crew has closed it, so the step is the gateway's. */
  async function endWith(
    { id, incident }: Drill,
    facts: Pick<Drill, "end" | "endedBy">,
    words: string,
  ): Promise<void> {
    if (incident === undefined) return finish(id, facts);
    ending.set(id, facts);
    try {
      await endIncident({ incident, note: words });
    } finally {
      ending.delete(id);
    }
    // It may have ended a moment before, and then no step has said so.
    finish(id, facts);
  }

  function report(drill: Drill): DrillReport {
    const incident = drill.incident === undefined ? undefined : incidents.find(drill.incident);
    const sent = drill.incident === undefined ? [] : deliveries(drill.incident);
    return {
      drill,
      station: drillStation(drill.site),
      deliveries: sent,
      steps: stepsOf(drill, incident, sent),
    };
  }

  function write(): void {
    try {
      for (const [id, drill] of unwritten) {
        table.put(drill);
        unwritten.delete(id);
      }
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.error({ reason: messageOf(error) }, "drills are not written");
      isFailing = true;
    }
  }

  return {
    start({ site, building, note: words, by }) {
      const other = [...open.values()].find((drill) => drill.site === site);
      if (other !== undefined) {
        throw new GatewayError(
          "conflict",
          `drill ${other.id} of ${other.by} is still open at this site; end it first`,
        );
      }
      const drill = newDrill({ id: newId(), site, building, note: words, by, startedAt: clock.now() });
      table.put(drill);
      open.set(drill.id, drill);
      started.add();
      log.info({ drill: drill.id, site }, "drill started");
      void send(drill);
      return report(drill);
    },
    async end(id, by) {
      const drill = find(id);
      if (drill === undefined) throw new GatewayError("not-found", `there is no drill "${id}"`);
      if (drill.endedAt !== undefined) {
        throw new GatewayError("conflict", `drill ${id} ended at ${new Date(drill.endedAt).toISOString()}`);
      }
      await endWith(drill, { end: "asked", endedBy: by }, `${by} 结束演练 ended the drill`);
      return report(find(id) ?? drill);
    },
    report(id) {
      const drill = find(id);
      return drill && report(drill);
    },
    list(query) {
      write();
      return table.list(query);
    },
    placeOf: (site) => ({ building: [...open.values()].find((drill) => drill.site === site)?.building }),
    shown({ drill: id, incident, step }, screens) {
      if (id === undefined || step !== "detected") return;
      note(id, { incident, ...(screens > 0 ? { shownAt: clock.now() } : {}), screens });
    },
    committed({ drill: id, step, at, by }) {
      if (id === undefined) return;
      if (step === "closed" || step === "false-alarm") {
        finish(id, ending.get(id) ?? { end: "crew", endedAt: at, endedBy: by });
      }
    },
    resume() {
      const known = incidents.open();
      for (const drill of [...open.values()]) {
        const incident =
          drill.incident === undefined
            ? known.find(({ drill: id }) => id === drill.id)
            : incidents.find(drill.incident);
        if (incident === undefined) {
          finish(drill.id, { end: "failed", fault: "the gateway was stopped before the alarm was on disk" });
          continue;
        }
        const ended = incident.times.closed ?? incident.times["false-alarm"];
        note(drill.id, { incident: incident.id });
        if (ended === undefined) continue;
        const by = ended.by === "" ? undefined : ended.by;
        finish(drill.id, { end: by === undefined ? "time" : "crew", endedAt: ended.at, endedBy: by });
      }
    },
    tick() {
      const now = clock.now();
      for (const drill of [...open.values()]) {
        if (now - drill.startedAt < settings.drillMs) continue;
        endWith(drill, { end: "time", endedBy: undefined }, "演练超时，自动结束 Drill ended by itself").catch(
          (error: unknown) =>
            log.error({ drill: drill.id, reason: messageOf(error) }, "drill could not be ended"),
        );
      }
      write();
    },
    close() {
      isClosed = true;
      write();
    },
  };
}
