import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Change, DeviceName } from "../../types.ts";
import { dateOf, momentOf } from "../../zone.ts";
import type { AddedAlerts } from "../added.ts";
import type { Book, Incident, IncidentBook } from "../contract.ts";

const day = 86_400_000;
const page = 500;
const rule = "false-alarms-many";

/** What looks for units that cry wolf needs. */
export interface FalseAlarmParts {
  readonly incidents: Pick<IncidentBook, "find" | "list">;
  readonly alerts: Pick<Book, "list">;
  readonly added: Pick<AddedAlerts, "raise">;
  /** So many false alarms of one device in a day are none too many. */
  readonly perDay: number;
  /** Offset of local times, `+08:00`. */
  readonly zone: string;
  readonly clock: Pick<Clock, "now">;
  readonly log: Pick<Log, "error">;
}

/**
 * Makes the look at an incident that has ended as a false alarm and is in the book: the alerts about its devices that had too many of
 * them today. A device is told of once a day, also after a restart or when a person resolved it. Never throws: the crew's answer is
 * on disk already.
 */
export function createFalseAlarmLook(parts: FalseAlarmParts): (incident: string) => readonly Change[] {
  const { incidents, alerts, added, perDay, zone, clock, log } = parts;

  /** Incidents of a site that ended as false alarms since; those that burnt for more than a day before are not looked for. */
  function since(site: string, from: number): Incident[] {
    const found: Incident[] = [];
    let cursor: string | undefined;
    do {
      const listed = incidents.list({ state: "ended", sites: [site], from: from - day, limit: page, cursor });
      found.push(...listed.items.filter(({ times }) => (times["false-alarm"]?.at ?? 0) >= from));
      cursor = listed.next;
    } while (cursor !== undefined);
    return found;
  }

  function wasTold(device: DeviceName, from: number): boolean {
    let cursor: string | undefined;
    do {
      const listed = alerts.list({ device, from, limit: page, cursor });
      if (listed.items.some((alert) => alert.rule === rule && alert.raisedAt >= from)) return true;
      cursor = listed.next;
    } while (cursor !== undefined);
    return false;
  }

  function look({ site, alarms }: Incident): readonly Change[] {
    const from = momentOf(dateOf(clock.now(), zone), "00:00", zone);
    const today = since(site, from);
    return [...new Set(alarms.map(({ device }) => device))].flatMap((device) => {
      const count = today.filter((one) => one.alarms.some((alarm) => alarm.device === device)).length;
      if (count <= perDay || wasTold(device, from)) return [];
      return added.raise(
        { rule, device, subject: device },
        `${count} false alarms today, ${perDay} are tolerated`,
      );
    });
  }

  return (id) => {
    try {
      const ended = incidents.find(id);
      return ended === undefined ? [] : look(ended);
    } catch (error) {
      log.error({ incident: id, reason: messageOf(error) }, "false alarms could not be counted");
      return [];
    }
  };
}
