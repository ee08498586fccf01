import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import { GatewayError } from "../../gateway/errors.ts";

/** Which of a kind's examples a device sends: the first, which is the everyday message in canonical form, or all in turn. */
export type Examples = "first" | "all";

/** Bodies of telemetry messages by kind: the fields of the kind's examples as JSON, without braces and envelope. */
export async function exampleBodies(examples: Examples): Promise<ReadonlyMap<string, readonly string[]>> {
  const bodies = new Map<string, readonly string[]>();
  for (const [name, kind] of await loadCatalogue()) {
    const samples = kind.examples.filter((sample) => sample.stream === "telemetry");
    const wanted = examples === "first" ? samples.slice(0, 1) : samples;
    if (wanted.length > 0)
      bodies.set(
        name,
        wanted.map((sample) => body(sample.payload)),
      );
  }
  return bodies;
}

/** The kinds of `count` connections: the asked one, or all of them in turn. */
export function kindsFor(count: number, known: readonly string[], asked: string | undefined): string[] {
  if (asked !== undefined && !known.includes(asked)) {
    throw new GatewayError("invalid-request", `kind "${asked}" is unknown; there are ${known.join(", ")}`);
  }
  const kinds = asked === undefined ? known : [asked];
  return Array.from({ length: count }, (_, i) => kinds[i % kinds.length]!);
}

function body(payload: Readonly<Record<string, unknown>>): string {
  const { ts: _ts, seq: _seq, boot: _boot, ...fields } = payload;
  return JSON.stringify(fields).slice(1, -1);
}
