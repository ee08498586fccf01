import { z } from "zod";
import { deviceName, flag, kindName, text } from "./shared.ts";

/** One number of a rule as it holds now. */
export const effectiveLimit = z
  .object({
    rule: z.string(),
    ruleTitle: text,
    limit: z.string(),
    title: text,
    value: z.number(),
    unit: z.string(),
    source: z.enum(["kind", "site", "device"]).describe("Where the number comes from."),
    kindValue: z.number().describe("What the kind says."),
  })
  .meta({ id: "EffectiveLimit" });

/** One override that holds for all devices of a kind on a site. */
export const siteLimit = z
  .object({
    kind: kindName,
    rule: z.string(),
    limit: z.string(),
    value: z.number(),
    device: deviceName.optional().describe("With `devices`: the one that it holds for alone."),
  })
  .meta({ id: "SiteLimit" });

/** Which overrides of a site are wanted. */
export const siteLimitQuery = z.strictObject({
  devices: flag.default(false).describe("true: the overrides of single devices as well."),
});

const name = z.string().min(1).max(64);

/** Names one number of a rule. */
export const limitKey = z.strictObject({ rule: name, limit: name });

/** An override of one device. */
export const newDeviceLimit = z.strictObject({ ...limitKey.shape, value: z.number() });

/** Names one number of a rule of a kind. */
export const siteLimitKey = z.strictObject({ kind: kindName, ...limitKey.shape });

/** An override of a whole site. */
export const newSiteLimit = z.strictObject({ ...siteLimitKey.shape, value: z.number() });
