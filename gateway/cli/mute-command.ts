import { type Command, InvalidArgumentError, Option } from "commander";
import type { Api } from "../../client/api.ts";
import { GatewayError } from "../errors.ts";
import { connected } from "./connected.ts";
import { readSeconds } from "./duration.ts";
import { printTable } from "./table.ts";

/** `linli mute list|add|end` */
export function addMuteCommand(program: Command): void {
  const mute = program
    .command("mute")
    .description(
      "silences, maintenance and drill windows: nobody is told of what is below critical and no fire",
    );

  const list = mute
    .command("list")
    .description("the windows of a site that last now or are planned")
    .argument("<site>")
    .option("--all", "also those that are over");
  connected<{ all?: true }>(list, listMutes);

  const add = mute
    .command("add")
    .description("silence something, or plan maintenance or a drill")
    .argument("<site>")
    .argument("<type>", "silence, maintenance or drill")
    .requiredOption("--reason <text>", "why; everybody reads it")
    .addOption(
      new Option("--for <time>", "how long: 30min, 2h, 3d").argParser(readSeconds).conflicts("until"),
    )
    .option("--until <moment>", "end, as 2026-01-15T18:00:00+08:00", readMoment)
    .option("--from <moment>", "beginning; now when absent", readMoment)
    .option("--building <building>", "only this building")
    .option("--kind <kind>", "only devices of this kind")
    .option("--device <id>", "only this device")
    .option("--rule <rule>", "only this rule");
  connected<AddOptions>(add, addMute);

  const end = mute
    .command("end")
    .description("end a window now; what it held back and still holds is told")
    .argument("<site>")
    .argument("<id>");
  connected(end, async (api, [site = "", id = ""]) => {
    await api.post(`${mutesPath(site)}/${encodeURIComponent(id)}/end`, {});
    console.log(`window ${id} ended`);
  });
}

interface AddOptions {
  readonly reason: string;
  /** Seconds. */
  readonly for?: number;
  /** Epoch ms. */
  readonly until?: number;
  readonly from?: number;
  readonly building?: string;
  readonly kind?: string;
  readonly device?: string;
  readonly rule?: string;
}

interface Mute {
  readonly id: string;
  readonly state: string;
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly building: string | null;
  readonly kind: string | null;
  readonly device: string | null;
  readonly rule: string | null;
  readonly by: string;
  readonly reason: string;
}

async function addMute(api: Api, [site = "", type]: readonly string[], options: AddOptions): Promise<void> {
  const { reason, for: seconds, until, from, building, kind, device, rule } = options;
  const to = until ?? (seconds === undefined ? undefined : (from ?? Date.now()) + seconds * 1_000);
  if (to === undefined) {
    throw new GatewayError("invalid-request", "say how long with --for, or until when with --until");
  }
  const times = {
    to: new Date(to).toISOString(),
    ...(from !== undefined && { from: new Date(from).toISOString() }),
  };
  const made = await api.post<Mute>(mutesPath(site), {
    type,
    reason,
    building,
    kind,
    device,
    rule,
    ...times,
  });
  console.log(`${made.type} ${made.id} until ${made.to}`);
}

async function listMutes(api: Api, [site = ""]: readonly string[], { all }: { all?: true }): Promise<void> {
  const since = all === true ? "" : `?from=${Date.now()}`;
  const mutes = await api.all<Mute>(`${mutesPath(site)}${since}`);
  printTable(
    ["id", "state", "type", "over", "from", "to", "by", "reason"],
    mutes.map((one) => [one.id, one.state, one.type, placeOf(one), one.from, one.to, one.by, one.reason]),
  );
}

function placeOf({ building, kind, device, rule }: Mute): string {
  const place = [building, kind, device, rule].filter((part) => part !== null).join(" ");
  return place === "" ? "the whole site" : place;
}

function readMoment(text: string): number {
  const at = /(Z|[+-]\d\d:?\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new InvalidArgumentError("write a moment with its zone, as 2026-01-15T18:00:00+08:00.");
}

function mutesPath(site: string): string {
  return `/sites/${encodeURIComponent(site)}/mutes`;
}
