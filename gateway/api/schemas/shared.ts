import { z } from "zod";

/** A time at the edge: ISO 8601 in UTC. */
// A plain string: the regular expression of z.iso.datetime would run on every value of every answer.
export const time = z.string().meta({ format: "date-time", examples: ["2026-01-15T08:00:00.000Z"] });

/** A time in a query: ISO 8601 with a zone, or epoch ms; epoch ms inside. */
export const moment = z
  .string()
  .refine(
    (text) => Number.isFinite(readMoment(text)),
    "must be a time such as 2026-01-15T08:00:00Z, or epoch ms",
  )
  .transform(readMoment)
  .meta({ description: "ISO 8601 with a zone, or epoch ms.", examples: ["2026-01-15T08:00:00Z"] });

function readMoment(text: string): number {
  if (/^\d{1,14}$/.test(text)) return Number(text);
  return /(Z|[+-]\d\d:?\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN;
}

/** An id that people choose: site, device, account. */
export const id = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, _ or -")
  .meta({ examples: ["xinfa"] });

/** A device's id, unique in its site. */
export const deviceId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, _ or -")
  .meta({ examples: ["bin-0012"] });

/** A device's full name `site/kind/id`. */
export const deviceName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}\/[A-Za-z0-9_-]{1,64}\/[A-Za-z0-9_-]{1,64}$/, "must be site/kind/id")
  .describe("Full name of a device: site/kind/id.");

/** The name of a kind. */
export const kindName = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/, "must be the name of a kind, such as those that GET /api/v1/kinds lists")
  .describe("Name of a kind; GET /api/v1/kinds lists them.");

/** A text in both languages of the screens. */
export const text = z.object({ zh: z.string(), en: z.string() }).meta({ id: "Text" });

/** One value in the canonical unit of its field. */
export const value = z
  .union([z.number(), z.boolean(), z.string()])
  .meta({ id: "Value", description: "A value in the canonical unit of its field." });

/** How urgent an alert is. */
export const severity = z.enum(["critical", "major", "minor", "info"]).meta({
  id: "Severity",
  description: "critical: page now. major: within 10 min. minor: within the shift. info: to know.",
});

/** How far a value can be believed. */
export const quality = z.enum(["good", "stale", "offline", "suspect", "simulated"]).meta({
  id: "Quality",
  description:
    "good · stale: older than 1.5 intervals · offline: the device is gone · suspect: wrong clock or outside the believable range · simulated: from a replay or drill.",
});

/** Whether a device talks. */
export const presence = z.enum(["online", "offline", "unknown"]).meta({
  id: "Presence",
  description: "unknown: it has not talked since it was registered.",
});

/** What a window is for. */
export const muteType = z
  .enum(["silence", "maintenance", "drill"])
  .describe("silence: for a short while. maintenance: work on the devices. drill: an exercise.");

/** The window that something happened in. */
export const during = z
  .object({ mute: z.string().describe("Id of the window."), type: muteType, reason: z.string() })
  .meta({ id: "During" });
/** The mark of what belongs to a drill. */
export const drillMark = z
  .string()
  .nullable()
  .describe("Id of the drill that it belongs to: nothing burns. Null: it is meant.");

/** Numbers of open alerts by severity. */
export const alertCounts = z
  .object({ critical: z.int(), major: z.int(), minor: z.int(), info: z.int() })
  .meta({ id: "AlertCounts", description: "Open alerts by severity." });

/** `limit` and `cursor` of every list. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(500).default(100).describe("Most items of one page."),
  cursor: z.string().max(512).optional().describe("The `next` of the page before."),
};

/** A page of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe("Cursor of the next page; null on the last."),
  });
}

/** A boolean in a query string. */
export const flag = z
  .enum(["true", "false"])
  .transform((word) => word === "true")
  .meta({ description: "true or false." });

/** What a person writes. */
export const comment = z.string().trim().min(1).max(2000);

/** Epoch ms as it is shown at the edge. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Like `iso`, null for a time that has not come. */
export function isoOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : iso(ms);
}

/** Description of a body that may be left out, which the OpenAPI document then says. */
export const optionalBody = "May be left out.";
