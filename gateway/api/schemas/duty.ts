import { z } from "zod";
import { flag, id, time } from "./shared.ts";

const name = z.string().trim().min(1).max(64);
const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "must be a time of day such as 08:00")
  .meta({ examples: ["08:00"] });

/** A local date. */
export const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, "must be a date such as 2026-01-15")
  .meta({ examples: ["2026-01-15"] });

/** A local month. */
export const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month such as 2026-01")
  .meta({ examples: ["2026-01"] });

/** Which alarms a chain is for. */
export const chainClass = z
  .enum(["fire", "critical", "major", "minor"])
  .describe("fire: incidents; the others: alerts by severity.");

const role = z
  .enum(["member", "leader", "supervisor", "station", "district"])
  .describe(
    "member and leader belong to a crew; supervisor, small fire station and district are above it and called at any time.",
  );

const way = z.object({
  target: z.string().min(1).max(64).describe("A target of the settings (notify.targets)."),
  address: z.string().min(1).max(256).describe("A phone number, an e-mail address, a user id."),
});

/** Somebody who is called. */
export const contact = z
  .object({
    id,
    name: z.string(),
    role,
    crew: id.nullable(),
    person: z
      .object({ id: z.string(), login: z.string().nullable() })
      .nullable()
      .describe("Who he is when he logs in; the login only for who may write."),
    ways: z
      .array(way)
      .describe("In the order in which they are tried. Addresses are masked for who may not write them."),
    active: z.boolean(),
    warnings: z.array(z.string()).describe("Ways that lead nowhere as the settings are."),
  })
  .meta({ id: "Contact" });

const contactFields = {
  name,
  role,
  crew: id.nullish(),
  person: z.string().min(1).max(64).nullish().describe("Id of the person who logs in."),
  ways: z.array(way).optional(),
  active: z.boolean().optional(),
};

/** A contact to be added. */
export const newContact = z.strictObject({ id: id.optional(), ...contactFields }).meta({
  examples: [
    { name: "王队长", role: "leader", crew: "crew-1", ways: [{ target: "voice", address: "000-0000-0001" }] },
  ],
});

/** What of a contact is to change; null removes. */
export const contactChange = z.strictObject(contactFields).partial();

const checks = z.object({
  planned: z.array(timeOfDay).max(24).describe("Every day at these times, local."),
  random: z
    .object({
      times: z.int().min(1).max(24).describe("So many times a day more."),
      from: timeOfDay,
      to: timeOfDay.describe("Not after `from`: on the next day."),
    })
    .nullable()
    .describe("At chosen moments, half an hour apart from each other and from the planned ones."),
});

/** Those who go out together. */
export const crew = z
  .object({
    id,
    name: z.string(),
    station: id.nullable().describe("Device of the station, which a duty check lets sound."),
    buildings: z.array(z.string()).describe("That it serves; empty: the whole site."),
    neighbours: z.array(id).describe("Crews that are called when it does not answer, also of other sites."),
    least: z.int().describe("Fewest people of a shift."),
    checks: checks.describe("When it is asked whether somebody is there."),
  })
  .meta({ id: "Crew" });

const crewFields = {
  name,
  station: id.nullish(),
  buildings: z.array(z.string().min(1).max(128)).optional(),
  neighbours: z.array(id).optional(),
  least: z.int().min(1).max(100).optional(),
  checks: checks.partial().optional(),
};

/** A crew to be added. */
export const newCrew = z.strictObject({ id: id.optional(), ...crewFields }).meta({
  examples: [
    { name: "东区微型消防站", buildings: ["1号楼"], least: 3, checks: { planned: ["08:00", "20:00"] } },
  ],
});

/** What of a crew is to change; null removes. */
export const crewChange = z.strictObject(crewFields).partial();

/** One person's duty. */
export const shift = z
  .object({
    id: z.string(),
    crew: id,
    contact: id,
    contactName: z.string().nullable(),
    from: time,
    to: time,
    leads: z.boolean(),
  })
  .meta({ id: "Shift" });

const moments = {
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }).describe("Until before."),
};

/** A shift to be added. */
export const newShift = z.strictObject({
  crew: id,
  contact: id,
  ...moments,
  leads: z.boolean().default(false),
});

/** What of a shift is to change. */
export const shiftChange = z.strictObject({ contact: id, ...moments, leads: z.boolean() }).partial();

/** Where the roster has nobody, or too few. */
export const rosterWarning = z
  .object({
    crew: id,
    crewName: z.string(),
    from: time,
    to: time,
    people: z.int().describe("Different people on duty; 0 is a gap."),
    least: z.int(),
  })
  .meta({ id: "RosterWarning" });

const warnings = z.array(rosterWarning).describe("Where the next days have too few people.");

/** A shift as it was written, and what the roster lacks. */
export const writtenShift = z.object({ shift, warnings });

/** Shifts of a time, and what the roster lacks. */
export const roster = z.object({ items: z.array(shift), warnings });

/** What became of a roster file. */
export const rosterImport = z.object({
  dryRun: z.boolean(),
  added: z.int().describe("Shifts that were added; with `dryRun` that would be."),
  replaced: z.int(),
  faults: z.array(z.object({ line: z.int(), path: z.string(), message: z.string() })),
  warnings,
});

/** Which week is copied where. */
export const weekCopy = z.strictObject({
  from: date.describe("First of the seven days that are copied."),
  to: date.describe("First of the seven days that they are copied to."),
  crew: id.optional().describe("Only this crew's."),
});

/** What became of a copied week. */
export const copiedWeek = z.object({
  added: z.int(),
  skipped: z.int().describe("Whose contact is inactive or on duty then already."),
  warnings,
});

const who = z.enum(["duty", "leader", "neighbours", "supervisor", "station", "district", "targets"]);
const ways = z.enum(["first", "second", "all"]).describe("Which of each person's ways.");
const call = z.object({ who, way: ways });
const mark = z.enum(["acknowledge", "arrive", "control"]);

const stage = z.object({
  after: z
    .union([z.int().min(0), mark])
    .describe("ms after the alarm, or a mark of the incident that has passed with nobody there."),
  call: z.array(call).min(1).max(10),
  until: z
    .enum(["acknowledged", "arrived", "controlled"])
    .describe("Who has come so far needs no call any more. Alerts know acknowledged only."),
});

/** A chain of calls as a site sets it. */
export const newChain = z.strictObject({
  stages: z.array(stage),
  repeatMs: z
    .int()
    .min(1)
    .nullable()
    .describe("After the last stage all are called again so often; null: never."),
});

/** A chain of calls. */
export const chain = z
  .object({
    class: chainClass,
    isOwn: z.boolean().describe("false: the built-in one."),
    stages: z.array(stage),
    repeatMs: z.int().nullable(),
  })
  .meta({ id: "Chain" });

const person = z.object({
  id,
  name: z.string(),
  targets: z.array(z.string()).describe("Of his ways, in order."),
});

/** Who is on duty, and who would be called. */
export const duty = z
  .object({
    at: time,
    crews: z.array(
      z.object({
        id,
        name: z.string(),
        least: z.int(),
        onDuty: z.array(z.object({ id, name: z.string(), role, leads: z.boolean(), from: time, to: time })),
      }),
    ),
    chains: z
      .array(
        z.object({
          class: chainClass,
          isOwn: z.boolean(),
          repeatMs: z.int().nullable(),
          stages: z.array(
            z.object({
              at: time.describe("When it would be, were the alarm at `at`."),
              afterMs: z.int(),
              mark: mark.nullable(),
              until: z.string(),
              calls: z.array(z.object({ who, way: ways, people: z.array(person) })),
            }),
          ),
        }),
      )
      .describe("Whom each stage would reach by the roster of its own moment."),
    warnings,
  })
  .meta({ id: "Duty" });

const onDuty = z.object({ id: z.string(), name: z.string().nullable() });

/** A duty check and what became of it. */
export const dutyCheck = z
  .object({
    id: z.string(),
    site: id,
    crew: id,
    crewName: z.string().describe("As the crew was called then."),
    askedAt: time,
    askedBy: z.string().nullable().describe("Who asked; null: the plan."),
    due: time.describe("When it is missed. Fixed when it was asked."),
    state: z.enum(["open", "answered", "missed"]),
    endedAt: time.nullable(),
    answeredBy: z.string().nullable().describe("A person; null: at the device, or nobody."),
    device: z.string().nullable().describe("The station at which it was answered."),
    answerS: z.number().nullable().describe("Seconds to the answer."),
    onDuty: z.array(onDuty).describe("Who was on duty when it was asked."),
  })
  .meta({ id: "DutyCheck" });

/** The duty checks of a month. */
export const dutySheet = z
  .object({
    site: id,
    siteName: z.string(),
    month,
    items: z.array(dutyCheck),
    totals: z.array(
      z.object({
        crew: id,
        crewName: z.string(),
        asked: z.int(),
        answered: z.int(),
        missed: z.int(),
        open: z.int(),
        medianS: z.number().nullable(),
        longestS: z.number().nullable(),
      }),
    ),
    complete: z.boolean().describe("false: there are more checks than one sheet holds."),
  })
  .meta({ id: "DutySheet" });

/** Of `dryRun` and `replace` of a roster file. */
export const rosterQuery = z.strictObject({
  dryRun: flag.optional().describe("Only check."),
  replace: flag
    .optional()
    .describe("Shifts of the same crews that begin on the days that the file spans make room."),
});
