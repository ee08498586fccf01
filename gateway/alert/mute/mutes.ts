import { GatewayError, messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Metrics } from "../../metrics.ts";
import type { Database } from "../../state/contract.ts";
import type { Mute, MuteStep } from "../../types.ts";
import type { Mutes } from "./contract.ts";
import { openMuteTable } from "./mute-table.ts";
import type { MuteSettings } from "./settings.ts";
import { covers, endOf, type MuteState, stateOf, tellsMore } from "./window.ts";

/** What the windows need. */
export interface MutesParts {
  readonly database: Database;
  readonly clock: { now(): number };
  readonly newId: () => string;
  readonly metrics: Pick<Metrics, "gauge" | "count">;
  readonly log: Pick<Log, "error">;
  readonly settings: Pick<MuteSettings, "maxOpen" | "maxPage" | "keep" | "keepMs">;
}

/** A window in memory. */
interface Known {
  mute: Mute;
  /** The last step that screens were told. */
  shown: MuteState;
}

/**
 * Reads the windows that are not over. A look-up per change walks those of its site alone. They last by the clock and not by
 * what was written: a database that takes nothing lets no window last longer.
 */
export function openMutes({ database, clock, newId, metrics, log, settings }: MutesParts): Mutes {
  const table = openMuteTable(database);
  const bySite = new Map<string, Map<string, Known>>();
  /** What screens were told and the table does not say yet. */
  const unwritten = new Map<string, Known>();
  const failures = metrics.count("mutes_failed", "Times that the state of a window could not be written");
  for (const known of table.notOver()) keep(known);
  metrics.gauge("mutes_open", "Windows that last now", () => {
    const now = clock.now();
    return all().filter(({ mute }) => stateOf(mute, now) === "begun").length;
  });

  function keep(known: Known): void {
    const { site, id } = known.mute;
    const own = bySite.get(site);
    if (own === undefined) bySite.set(site, new Map([[id, known]]));
    else own.set(id, known);
  }

  function drop({ site, id }: Mute): void {
    const own = bySite.get(site);
    own?.delete(id);
    if (own?.size === 0) bySite.delete(site);
  }

  function all(): Known[] {
    return [...bySite.values()].flatMap((own) => [...own.values()]);
  }

  function stepOf(mute: Mute, step: MuteStep["step"], at: number): MuteStep {
    return { id: newId(), step, at, mute };
  }

  function tryWrite(): void {
    if (unwritten.size === 0) return;
    try {
      table.write([...unwritten.values()], "with-the-next");
      unwritten.clear();
    } catch (error) {
      failures.add();
      log.error({ reason: messageOf(error) }, "state of a window not written; it holds all the same");
    }
  }

  return {
    covering(place, at) {
      const own = bySite.get(place.known.site);
      if (own === undefined) return undefined;
      let found: Mute | undefined;
      for (const { mute } of own.values()) {
        if (stateOf(mute, at) !== "begun" || !covers(mute, place)) continue;
        if (found === undefined || tellsMore(mute, found)) found = mute;
      }
      return found;
    },
    find(id) {
      for (const own of bySite.values()) {
        const known = own.get(id);
        if (known !== undefined) return known.mute;
      }
      return table.find(id);
    },
    list: (query) =>
      table.list({ ...query, limit: Math.min(Math.max(query.limit, 1), settings.maxPage) }, clock.now()),
    open() {
      const now = clock.now();
      return all()
        .map(({ mute }) => mute)
        .filter((mute) => stateOf(mute, now) !== "ended")
        .sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1));
    },
    put(mute, at) {
      const before = bySite.get(mute.site)?.get(mute.id);
      const open = bySite.get(mute.site)?.size ?? 0;
      if (before === undefined && open >= settings.maxOpen) {
        throw new GatewayError(
          "limit-reached",
          `site ${mute.site} has ${open} windows that are planned or last, at most ${settings.maxOpen} may be; end some first`,
        );
      }
      const shown = stateOf(mute, at);
      table.write([{ mute, shown }], "now", { before: at - settings.keepMs, keep: settings.keep });
      unwritten.delete(mute.id);
      if (shown === "ended") drop(mute);
      else keep({ mute, shown });
      return stepOf(mute, before?.shown === shown ? "changed" : shown, at);
    },
    due(now) {
      const steps: MuteStep[] = [];
      for (const known of all()) {
        const state = stateOf(known.mute, now);
        // A clock that steps back takes nothing back that screens were told.
        if (state === known.shown || (known.shown === "begun" && state === "planned")) continue;
        known.shown = state;
        unwritten.set(known.mute.id, known);
        const at = state === "ended" ? endOf(known.mute) : known.mute.from;
        steps.push(stepOf(known.mute, state, at));
        if (state === "ended") drop(known.mute);
      }
      tryWrite();
      return steps;
    },
  };
}
