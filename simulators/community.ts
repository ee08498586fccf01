import { dirname, join } from "node:path";
import { z } from "zod";
import type { NewDevice, NewSite } from "../gateway/state/contract.ts";
import { loadYaml } from "./yaml-file.ts";

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, _ or -");
const value = z.union([z.number(), z.boolean(), z.string()]);
const text = z.string().min(1).max(128);

const groupSchema = z.strictObject({
  kind: z.string().min(1),
  per: z.enum(["building", "site"]).default("site").describe("Repeat the group in every building, or once"),
  count: z.int().min(1).max(10_000).describe("Devices in the group"),
  id: z.string().describe("{b}: number of the building, {n}: number in the group, both with two digits"),
  name: z
    .string()
    .describe("{building}: its name, {b}, {n}, {i}: number without zeros, {each}: the item of `each`"),
  each: z.array(text).optional().describe("Texts that take turns: places, streams"),
  floor: text.optional(),
  building: text.optional().describe("For `per: site`: where all of the group stand"),
  facts: z
    .record(z.string(), z.union([value, z.array(value).min(1)]))
    .default({})
    .describe("Facts of the kind; a list takes turns"),
  intervalMs: z.int().min(1000).optional(),
});

const at = z.tuple([z.number(), z.number()]).describe("x and y in units of the image");

const planSchema = z.strictObject({
  name: text,
  image: z.string().describe("File beside this one: SVG, PNG, JPEG or WebP"),
  building: text.optional(),
  floor: text.optional(),
  metresPerUnit: z.number().positive().optional(),
  buildings: z.array(at).default([]).describe("Where each building stands, in their order"),
  inBuilding: z
    .record(z.string(), at)
    .default({})
    .describe("By id with {b}: from the corner of its building"),
  places: z.record(z.string(), at).default({}).describe("By id"),
  points: z
    .array(z.strictObject({ kind: z.string(), name: text.optional(), x: z.number(), y: z.number() }))
    .default([]),
});

/** A community as a file describes it. */
export const communitySchema = z.strictObject({
  site: z.strictObject({ id, name: text, address: text.optional(), phone: text.optional() }),
  buildings: z.array(text).default([]),
  groups: z.array(groupSchema).min(1),
  plans: z.array(planSchema).default([]),
});

/** A plan with all that stands on it, ready to be registered. */
export interface CommunityPlan
  extends Omit<z.output<typeof planSchema>, "buildings" | "inBuilding" | "places"> {
  /** Path of the image. */
  readonly image: string;
  readonly placements: readonly { readonly device: string; readonly x: number; readonly y: number }[];
}

/** A site with its buildings and devices, ready to be registered. */
export interface Community {
  readonly site: NewSite;
  readonly buildings: readonly string[];
  readonly devices: readonly NewDevice[];
  readonly plans: readonly CommunityPlan[];
}

/** The community of the demo: about 200 devices. */
export const demoCommunityFile = join(import.meta.dirname, "scenarios/communities/xinfa.yaml");

/** Reads a community file. Throws `invalid-request` with the file and the path of every fault. */
export async function loadCommunity(file: string = demoCommunityFile): Promise<Community> {
  return expandCommunity(await loadYaml(communitySchema, file), dirname(file));
}

/** Writes out every device of a community, and where it stands; `folder` is where the paths of its images begin. */
export function expandCommunity(
  { site, buildings, groups, plans }: z.output<typeof communitySchema>,
  folder: string,
): Community {
  const devices = groups.flatMap((group) =>
    group.per === "building"
      ? buildings.flatMap((building, index) => expandGroup(group, building, index + 1))
      : expandGroup(group, group.building, 0),
  );
  const named = new Map(devices.map(({ kind, id }) => [id, `${site.id}/${kind}/${id}`]));
  return { site, buildings, devices, plans: plans.map((plan) => expandPlan(plan, named, folder)) };
}

/** `named`: full names of devices by their id. What the community does not have is left out. */
function expandPlan(
  { buildings, inBuilding, places, image, ...plan }: z.output<typeof planSchema>,
  named: ReadonlyMap<string, string>,
  folder: string,
): CommunityPlan {
  const inside = buildings.flatMap(([left, top], index) =>
    Object.entries(inBuilding).map(
      ([id, [x, y]]) => [id.replace("{b}", twoDigits(index + 1)), [left + x, top + y]] as const,
    ),
  );
  const placements = [...inside, ...Object.entries(places)].flatMap(([id, [x, y]]) => {
    const device = named.get(id);
    return device === undefined ? [] : [{ device, x, y }];
  });
  return { ...plan, image: join(folder, image), placements };
}

function expandGroup(
  group: z.output<typeof groupSchema>,
  building: string | undefined,
  b: number,
): NewDevice[] {
  return Array.from({ length: group.count }, (_, index) => {
    const words: Record<string, string> = {
      building: building ?? "",
      b: twoDigits(b),
      n: twoDigits(index + 1),
      i: String(index + 1),
      each: turn(group.each ?? [""], index),
    };
    const fill = (template: string) =>
      template.replace(/\{(\w+)\}/g, (all, word: string) => words[word] ?? all);
    const facts = Object.entries(group.facts).map(([name, fact]) => [
      name,
      Array.isArray(fact) ? turn(fact, index) : fact,
    ]);
    return {
      kind: group.kind,
      id: fill(group.id),
      name: fill(group.name).trim(),
      building,
      floor: group.floor,
      facts: Object.fromEntries(facts) as NewDevice["facts"],
      intervalMs: group.intervalMs,
    };
  });
}

function turn<T>(items: readonly T[], index: number): T {
  return items[index % items.length] as T;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
