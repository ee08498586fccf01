/** Which data of a kind: of the chosen site, or of the chosen devices of it. */
export interface Scope {
  /** Name of the kind; it is the measurement. */
  readonly kind: string;
  readonly of: "site" | "devices";
}

/** One number a device and step. `fold` is a function of InfluxQL: `mean`, or a variable. A step without data stays empty. */
export function folded(scope: Scope, field: string, fold: string): string {
  return `SELECT ${fold}("${field}") ${from(scope)} GROUP BY time($__interval), "device" fill(null)`;
}

/** What held at the end of each step, for states and flags. A step without data stays empty. */
export function held(scope: Scope, field: string): string {
  return folded(scope, field, "last");
}

/** The last value of each field in the time range, one row a device. */
export function latest(scope: Scope, fields: readonly string[]): string {
  const columns = fields.map((field) => `last("${field}") AS "${field}"`).join(", ");
  return `SELECT ${columns} ${from(scope)} GROUP BY "device"`;
}

/** The last message that carried one of the fields, one row a device; its time is what counts. */
export function heard(scope: Scope, fields: readonly string[]): string {
  return `SELECT ${quoted(fields)} ${from(scope)} GROUP BY "device" ORDER BY time DESC LIMIT 1`;
}

/** How often an event happened, by step. */
export function eventCount(scope: Scope, event: string): string {
  return `SELECT count("event") ${from(scope)} AND "event" = '${event}' GROUP BY time($__interval) fill(0)`;
}

/** The newest events with what came with them. */
export function eventLog(
  scope: Scope,
  parts: { events: readonly string[]; fields: readonly string[] },
): string {
  const chosen = `"event" =~ /^(${parts.events.join("|")})$/`;
  return `SELECT ${quoted(["device", "event", ...parts.fields])} ${from(scope)} AND ${chosen} ORDER BY time DESC LIMIT 200`;
}

/** How many readings were suspect, a device and step. */
export function suspects(scope: Scope): string {
  return `SELECT count("suspect") ${from(scope)} GROUP BY time($__interval), "device" fill(none)`;
}

/** The values that a tag has; `kind` alone, or all kinds. */
export function tagValues(tag: "site" | "device", kind?: string): string {
  const measurement = kind === undefined ? "" : ` FROM "${kind}"`;
  const chosen = tag === "device" ? ` WHERE ${siteFilter}` : "";
  return `SHOW TAG VALUES${measurement} WITH KEY = "${tag}"${chosen}`;
}

// The format is named because it holds wherever the variable stands, for one value, several and all.
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
const siteFilter = '"site" =~ /^${site:regex}$/';
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
const deviceFilter = '"device" =~ /^${device:regex}$/';

function from({ kind, of }: Scope): string {
  const filters = of === "devices" ? [siteFilter, deviceFilter] : [siteFilter];
  return `FROM "${kind}" WHERE ${[...filters, "$timeFilter"].join(" AND ")}`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
