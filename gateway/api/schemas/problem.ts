import { z } from "zod";

/** What every failed request is answered with (RFC 9457). */
export const problem = z
  .object({
    type: z.string().describe("Stable name of the problem: urn:linli:problem:<code>."),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe("What was wrong this time, and what would be right."),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe("Each fault of the request, with its place in it."),
  })
  .meta({
    id: "Problem",
    examples: [
      {
        type: "urn:linli:problem:invalid-request",
        title: "The request is not valid",
        status: 400,
        detail: "body.colour: unknown key; known are id, name",
        errors: [{ path: "body.colour", message: "unknown key; known are id, name" }],
      },
    ],
  });

const descriptions = {
  400: "The request is not valid.",
  401: "No session or token, or one that is over or not known.",
  403: "The role does not reach, or another site's page asked.",
  404: "There is no such thing.",
  409: "It does not fit the present state.",
  413: "The body is too long.",
  429: "Too many requests; see Retry-After.",
  503: "Busy or out of order; see Retry-After.",
} as const;

/** A response entry of a failure, for the route's schema. */
export interface ProblemResponse {
  description: string;
  content: { "application/problem+json": { schema: typeof problem } };
}

/** The response entries of a route for the failures it knows; 401, 403 and 429 belong to every protected route. */
export function problems<S extends keyof typeof descriptions>(
  ...statuses: S[]
): Record<S | 401 | 403 | 429, ProblemResponse> {
  const entries: Partial<Record<keyof typeof descriptions, ProblemResponse>> = {};
  for (const status of [...statuses, 401, 403, 429] as const) {
    entries[status] = {
      description: descriptions[status],
      content: { "application/problem+json": { schema: problem } },
    };
  }
  return entries as Record<S | 401 | 403 | 429, ProblemResponse>;
}
