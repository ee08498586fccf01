import { z } from "zod";

/** Whether the process lives. */
export const liveness = z.object({ status: z.enum(["ok", "failing"]) }).meta({ id: "Liveness" });

/** Whether every part works. */
export const readiness = z
  .object({
    status: z.enum(["ok", "failing"]),
    stages: z.array(
      z.object({
        stage: z.string(),
        ok: z.boolean(),
        detail: z.string(),
        required: z.boolean().describe("false: told, and readiness does not hang on it."),
      }),
    ),
  })
  .meta({ id: "Readiness", description: "Each part that must work, and what is wrong with it." });
