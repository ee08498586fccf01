import type { z } from "zod";
import { secretPaths } from "./config.ts";
import { maskSecrets } from "./mask-secrets.ts";

/** A fault of the settings and the path of the setting. */
export interface ConfigFault {
  readonly path: string;
  /** What would be right, and what was given; never a secret. */
  readonly message: string;
}

/** Says in plain words what a schema found wrong in a tree of settings. */
export function explainIssue(issue: z.core.$ZodIssue, tree: unknown): ConfigFault[] {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const message = "there is no such setting; linli config print lists them";
    return issue.keys.map((key) => ({ path: [...issue.path, key].join("."), message }));
  }
  const wanted = wantedBy(issue);
  if (wanted === undefined) return [{ path, message: issue.message }];
  const given = issue.path.reduce<unknown>(
    (node, name) => (node as Record<PropertyKey, unknown> | undefined)?.[name],
    tree,
  );
  const isSecret = secretPaths.has(path) || path.startsWith("notify.targets");
  const got = isSecret ? "" : `; got ${maskSecrets(String(JSON.stringify(given)))}`;
  return [{ path, message: `must be ${wanted}${got}` }];
}

function wantedBy(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return types[issue.expected] ?? issue.expected;
    case "invalid_value":
      return `one of ${issue.values.join(", ")}`;
    case "too_small":
      return `${unit(issue.origin, "at least", issue.minimum)}`;
    case "too_big":
      return `${unit(issue.origin, "at most", issue.maximum)}`;
    default:
      return undefined;
  }
}

function unit(origin: string, bound: string, limit: number | bigint): string {
  if (origin === "string" && limit === 1) return "a text that is not empty";
  if (origin === "string") return `a text with ${bound} ${limit} characters`;
  if (origin === "array" || origin === "set") return `a list with ${bound} ${limit} items`;
  return `a number of ${bound} ${limit}`;
}

const types: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  string: "a text",
  array: "a list",
  object: "a group of settings",
};
