import { openDuty } from "../../../gateway/duty/open.ts";
import { type DutySettings, dutySettings } from "../../../gateway/duty/settings.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";
import { aDatabase, aFolder, aLog } from "../state/support.ts";

/** Offset of local times in these tests. */
export const zone = "+08:00";

/** A local moment of a day in January 2026. */
export function at(day: number, time = "00:00"): number {
  return Date.parse(`2026-01-${String(day).padStart(2, "0")}T${time}:00${zone}`);
}

interface Options {
  readonly directory?: string;
  readonly clock?: FakeClock;
  readonly settings?: Partial<DutySettings>;
  readonly targets?: readonly { name: string; isAddressed: boolean }[];
}

/** People and duty on a real database with the sites xinfa and yida; `restart` reads everything again. */
export function someDuty(options: Options = {}) {
  const { directory = aFolder(), clock = createFakeClock(at(15, "16:00")), settings = {} } = options;
  const { targets = [] } = options;
  const database = aDatabase(directory);
  for (const site of ["xinfa", "yida"])
    database.db
      .prepare("INSERT OR IGNORE INTO sites (id, name, created_at) VALUES (?, ?, 0)")
      .run(site, site);
  database.db
    .prepare(
      "INSERT OR IGNORE INTO people (id, login, name, is_active, created_at) VALUES ('person-1', 'abe', 'Abe', 1, 0)",
    )
    .run();
  const log = aLog();
  let ids = 0;
  let isLost = false;
  const duty = openDuty({
    ...{ database, zone, clock, log, settings: { ...dutySettings.parse({}), ...settings } },
    newId: () => `n${clock.now().toString(36)}-${String(++ids).padStart(4, "0")}`,
    hasDevice: (_, id) => id === "station-1" && !isLost,
    buildings: () => ["1号楼", "2号楼", "3号楼"],
    hasPerson: (id) => id === "person-1" && !isLost,
    targets: () => targets,
    marksOf: () => ({ acknowledge: 60_000, arrive: 180_000, control: 300_000 }),
  });
  return {
    ...{ duty, clock, database, log, directory },
    /** The person and the station are gone. */
    lose() {
      isLost = true;
    },
    restart(more: Options = {}) {
      database.close();
      return someDuty({ ...options, directory, clock, ...more });
    },
    /** A crew with contacts of one way each, named as given; `*` in front makes a leader. */
    crew(
      id: string,
      names: readonly string[],
      more: { site?: string; buildings?: string[]; neighbours?: string[] } = {},
    ) {
      const { site = "xinfa", ...fields } = more;
      duty.crews.add(site, { id, name: `crew ${id}`, least: 1, ...fields });
      for (const name of names) {
        const isLeader = name.startsWith("*");
        duty.contacts.add(site, {
          ...{ id: name.replace("*", ""), name: name.replace("*", ""), crew: id },
          ...{ role: isLeader ? "leader" : "member", ways: [{ target: "voice", address: `000-${name}` }] },
        });
      }
    },
    shift(contact: string, crew: string, from: number, to: number, leads = false) {
      const site = duty.crews.anywhere(crew)?.site ?? "xinfa";
      return duty.shifts.add(site, { crew, contact, from, to, leads });
    },
  };
}
