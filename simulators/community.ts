import { join } from "node:path";
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

/** A community as a file describes it. */
export const communitySchema = z.strictObject({
  site: z.strictObject({ id, name: text, address: text.optional(), phone: text.optional() }),
  buildings: z.array(text).default([]),
  groups: z.array(groupSchema).min(1),
});

/** A site with its buildings and devices, ready to be registered. */
export interface Community {
  readonly site: NewSite;
  readonly buildings: readonly string[];
  readonly devices: readonly NewDevice[];
}

/** The community of the demo: about 200 devices. */
export const demoCommunityFile = join(import.meta.dirname, "scenarios/communities/xinfa.yaml");

/** Reads a community file. Throws `invalid-request` with the file and the path of every fault. */
export async function loadCommunity(file: string = demoCommunityFile): Promise<Community> {
  return expandCommunity(await loadYaml(communitySchema, file));
}

/** Writes out every device of a community. */
export function expandCommunity({ site, buildings, groups }: z.output<typeof communitySchema>): Community {
  const devices = groups.flatMap((group) =>
    group.per === "building"
      ? buildings.flatMap((building, index) => expandGroup(group, building, index + 1))
      : expandGroup(group, group.building, 0),
  );
  return { site, buildings, devices };
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
