import { GatewayError } from "../errors.ts";
import type { KnownDevice } from "../types.ts";
import type { ApiParts } from "./parts.ts";

const dayMs = 86_400_000;

/** The time of a query; the last 24 hours when it says nothing. Throws `invalid-request` when it ends before it begins. */
export function chooseTime(
  { from, to }: { from?: number | undefined; to?: number | undefined },
  now: number,
): { from: number; to: number } {
  const end = to ?? now;
  const begin = from ?? end - dayMs;
  if (begin < end) return { from: begin, to: end };
  throw new GatewayError("invalid-request", "from must lie before to", { path: "query.from" });
}

/** The devices of a query. Throws `not-found` for one that is not registered, `invalid-request` for too many or none. */
export function chooseDevices(
  { registry }: Pick<ApiParts, "registry">,
  {
    site,
    query: { devices: ids, kind, building },
    maxDevices,
  }: {
    site: string;
    query: {
      readonly devices?: readonly string[] | undefined;
      readonly kind?: string | undefined;
      readonly building?: string | undefined;
    };
    maxDevices: number;
  },
): KnownDevice[] {
  if (ids === undefined && kind === undefined) {
    throw new GatewayError("invalid-request", "name devices, or a kind", { path: "query.devices" });
  }
  const found =
    ids === undefined
      ? registry.search({ site, kind, building, limit: maxDevices + 1 }).items
      : [...new Set(ids)].map((id) => {
          const known = registry.deviceAt(site, id);
          if (known !== undefined) return known;
          throw new GatewayError("not-found", `site "${site}" has no device "${id}"`);
        });
  const devices = found.filter(
    (known) =>
      (kind === undefined || known.kind === kind) && (building === undefined || known.building === building),
  );
  if (devices.length > maxDevices) {
    const message = `more than ${maxDevices} devices (series.maxDevices); name fewer, or a building`;
    throw new GatewayError("invalid-request", message, { path: "query.devices" });
  }
  if (devices.length > 0) return devices;
  throw new GatewayError("not-found", `site "${site}" has no such devices`);
}

/** The fields of a query: all of the devices' kinds when none are named. Throws `invalid-request` for one that none of them has. */
export function chooseFields(
  devices: readonly KnownDevice[],
  asked: readonly string[] | undefined,
): string[] {
  const known = new Set(devices.flatMap(({ definition }) => Object.keys(definition.fields)));
  const unknown = asked?.find((field) => !known.has(field));
  if (unknown === undefined) return [...(asked ?? known)];
  const message = `there is no field "${unknown}"; there are ${[...known].join(", ")}`;
  throw new GatewayError("invalid-request", message, { path: "query.fields" });
}

/** A query that asks for too much is a fault of the request, and can be mended by asking for less. */
export async function orRequestFault<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== "limit-reached") throw error;
    throw new GatewayError("invalid-request", error.message, { cause: error });
  }
}
