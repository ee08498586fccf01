import type { FastifyRequest } from "fastify";
import type { AuditEntry } from "../state/audit/contract.ts";
import { auditFacts } from "./audit-facts.ts";
import type { OperationId } from "./roles.ts";

/** Longest text of one value, characters, and most items of one list that are kept. */
const maxText = 200;
const maxItems = 20;

/** Site, target and a few words of what a request asks for, without anything that its operation does not declare. */
export function describeRequest(
  request: FastifyRequest,
  { siteOf }: { siteOf: (kind: "alert" | "incident" | "duty-check", id: string) => string | undefined },
): Pick<AuditEntry, "site" | "target" | "detail"> {
  const params = (request.params ?? {}) as Readonly<Record<string, string>>;
  const target = targetOf(request.routeOptions.url ?? "", params);
  const [kind] = target?.split(":") ?? [];
  const isPlaced = kind === "alert" || kind === "incident" || kind === "duty-check";
  const placed = isPlaced ? siteOf(kind, params.id ?? "") : undefined;
  const site = params.site ?? placed ?? onlySiteOf(request);
  return { site, target, detail: detailOf(request) };
}

/** What somebody does whose role holds at one site alone belongs there. */
function onlySiteOf({ sites }: FastifyRequest): string | undefined {
  return sites?.length === 1 ? sites[0] : undefined;
}

/** What the parts of a path name. A part that is not here may carry a secret, such as a link for one use. */
const targets: Readonly<Record<string, string>> = {
  sites: "site",
  devices: "device",
  alerts: "alert",
  rejections: "rejection",
  accounts: "account",
  tokens: "token",
  people: "person",
  incidents: "incident",
  contacts: "contact",
  crews: "crew",
  shifts: "shift",
  chains: "chain",
  "duty-checks": "duty-check",
};

/** `/api/v1/sites/:site/devices/:id/limits` is about `device:<site>/<id>`; a collection about what it belongs to. */
function targetOf(url: string, params: Readonly<Record<string, string>>): string | undefined {
  const named = [...url.matchAll(/\/([a-z-]+)\/:([a-z]+)/g)].filter(([, part = ""]) =>
    Object.hasOwn(targets, part),
  );
  const [, part = "", name = ""] = named.at(-1) ?? [];
  const kind = targets[part];
  if (kind === undefined) return undefined;
  const id = params[name] ?? "";
  return `${kind}:${kind !== "site" && params.site !== undefined ? `${params.site}/` : ""}${id}`;
}

function detailOf(request: FastifyRequest): Record<string, unknown> {
  const fields = auditFacts[request.routeOptions.schema?.operationId as OperationId]?.fields ?? [];
  const kept: Record<string, unknown> = {};
  const others: string[] = [];
  for (const [key, value] of [...entriesOf(request.query), ...entriesOf(request.body)]) {
    if (fields.includes(key)) kept[key] = shorten(value);
    else if (others.length < maxItems) others.push(key.slice(0, 64));
  }
  if (typeof request.body === "string") kept.bytes = Buffer.byteLength(request.body);
  return others.length === 0 ? kept : { ...kept, others };
}

/** A key that is there and says nothing is left out. */
function entriesOf(given: unknown): [string, unknown][] {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return [];
  return Object.entries(given).filter(([, value]) => value !== undefined);
}

function shorten(value: unknown): unknown {
  if (typeof value === "string") return value.length <= maxText ? value : `${value.slice(0, maxText)}…`;
  if (Array.isArray(value)) {
    const items = value.slice(0, maxItems).map(shorten);
    return value.length <= maxItems ? items : [...items, `and ${value.length - maxItems} more`];
  }
  return value;
}
