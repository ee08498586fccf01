import type { z } from "zod";
import type { Text } from "./kind.ts";

/** An argument of a command with what a form calls it, unit included; it stands as `label` in the JSON Schema that screens read. */
export function argument<T extends z.ZodType>(label: Text, schema: T): T {
  return schema.meta({ ...schema.meta(), label });
}
