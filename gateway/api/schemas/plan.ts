import { z } from "zod";
import { pointKindNames } from "../../state/plans/point-kinds.ts";
import { deviceName, id, text } from "./shared.ts";

const units = z.number().describe("Units of the image, from its upper left corner.");
const pointKind = z.enum(pointKindNames).describe("What a crew finds there.");
const name = z.string().trim().min(1).max(100).describe("What people call the plan.");
const building = z
  .string()
  .trim()
  .max(100)
  .describe("Its building; without one it is a plan of the whole site.");
const floor = z.string().trim().max(100);
const metresPerUnit = z.number().positive().max(1_000).describe("Length of one unit of the image, m.");

/** A plan in a list. */
export const plan = z
  .object({
    id: z.string(),
    site: id,
    name: z.string(),
    building: z.string().nullable().describe("Null: a plan of the whole site."),
    floor: z.string().nullable(),
    width: z.number().describe("Units of the image."),
    height: z.number().describe("Units of the image."),
    metresPerUnit: z.number().nullable().describe("Null while nobody has measured it."),
    version: z.int().describe("One more with each change."),
    image: z
      .string()
      .describe("Path of the image; changes with it, so that browsers may keep what they have."),
  })
  .meta({ id: "Plan" });

/** Where a device stands. */
export const placement = z.object({ device: deviceName, x: units, y: units }).meta({ id: "Placement" });

/** Something on a plan that is no device. */
export const point = z
  .object({ id: z.string(), kind: pointKind, name: z.string().nullable(), x: units, y: units })
  .meta({ id: "PlanPoint" });

/** A plan with all that is drawn on it. */
export const planDetail = plan
  .extend({ placements: z.array(placement), points: z.array(point) })
  .meta({ id: "PlanDetail" });

/** What is said of a new plan in the query beside its image. */
export const newPlan = z.strictObject({
  name,
  building: building.optional(),
  floor: floor.optional(),
  metresPerUnit: z.coerce.number().pipe(metresPerUnit).optional(),
});

/** What may change of a plan. */
export const planChange = z
  .strictObject({
    name,
    building: building.nullable(),
    floor: floor.nullable(),
    metresPerUnit: metresPerUnit.nullable(),
    placements: z.array(z.strictObject({ device: deviceName, x: units, y: units })),
    points: z.array(
      z.strictObject({ kind: pointKind, name: z.string().max(100).nullish(), x: units, y: units }),
    ),
    version: z.int().min(1).describe("Refused with 409 unless the plan still has this version."),
  })
  .partial()
  .refine((change) => Object.keys(change).some((key) => key !== "version"), "nothing to change was given")
  .meta({
    examples: [
      { metresPerUnit: 0.25, points: [{ kind: "hydrant", name: "南门消火栓", x: 120, y: 640 }], version: 3 },
    ],
  });

/** The bytes of an image; what they are is found in them. */
export const imageBody = z
  .custom<Buffer>((body) => Buffer.isBuffer(body), "the body must be the image: SVG, PNG, JPEG or WebP")
  .meta({ type: "string", format: "binary" });

/** Where an incident is, and what a crew finds near it. */
export const incidentPlace = z
  .object({
    incident: z.string(),
    site: id,
    siteName: z.string(),
    address: z.string().nullable().describe("As it is read out to the fire brigade."),
    phone: z.string().nullable().describe("Where the fire brigade calls back."),
    building: z.string().nullable(),
    floor: z.string().nullable(),
    plan: plan.nullable().describe("The plan that shows it best; null when there is none."),
    at: z
      .object({ x: units, y: units })
      .nullable()
      .describe("Where the first alarm is on that plan; null when nobody placed it."),
    near: z
      .array(
        z.object({
          kind: pointKind,
          name: z.string().nullable(),
          title: text,
          metres: z.number().nullable().describe("As the crow flies; null on a plan without a scale."),
          x: units,
          y: units,
        }),
      )
      .max(8)
      .describe("Points of that plan, nearest first."),
  })
  .meta({ id: "IncidentPlace" });
