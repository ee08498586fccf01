import { ApiError } from "../../api/api-error.ts";

/** The faults of a refused request by the name of the field that they concern: the last part of their path. */
export function faultsByField(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  return Object.fromEntries(
    error.faults.map(({ path, message }) => [path.split(".").at(-1) ?? path, message]),
  );
}
