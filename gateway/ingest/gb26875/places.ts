import { BlockList, isIP } from "node:net";
import { splitList } from "../../../devices/kit/gb26875.ts";
import type { KnownDevice } from "../../types.ts";

/** A registered device that stands for a component or system, and the field of its analog value when that was written down. */
export interface Part {
  readonly device: KnownDevice;
  readonly field: string | undefined;
}

/** A registered transmission device with everything that hangs on it. Made anew when the registry changes. */
export interface Transmitter {
  readonly device: KnownDevice;
  /** By address: `01-01-28-0A000200`, `01-01`. Two devices may stand for the same component. */
  readonly parts: ReadonlyMap<string, readonly Part[]>;
  /** The transmission device and the devices of its parts, each once. */
  readonly members: ReadonlySet<KnownDevice>;
}

/** Which registered device is meant by addresses on the wire. */
export interface Places {
  /** Whose source address it is when it comes from a network address; undefined: nobody's, or not from there. Without one: whoever has it. */
  find(source: string, address?: string): Transmitter | undefined;
  /** Source addresses that more than one device claims from the same network addresses; the oldest has it. */
  readonly conflicts: readonly string[];
}

/** Reads the facts `gb26875Source`, `gb26875From` and `gb26875` of all devices. */
export function readPlaces(
  devices: Iterable<KnownDevice>,
  deviceAt: (site: string, id: string) => KnownDevice | undefined,
): Places {
  const bySource = new Map<string, Claim[]>();
  const parts = new Map<KnownDevice, Map<string, Part[]>>();
  const known = [...devices].toSorted((a, b) => a.createdAt - b.createdAt);
  for (const device of known) {
    const source = device.facts.gb26875Source;
    if (typeof source !== "string" || device.definition.wire?.transmitter === undefined) continue;
    const own = new Map<string, Part[]>();
    parts.set(device, own);
    const members = new Set([device]);
    const claim = { transmitter: { device, parts: own, members }, members, from: readFrom(device) };
    const key = source.toUpperCase();
    bySource.set(key, [...(bySource.get(key) ?? []), claim]);
  }
  const memberSets = new Map(
    [...bySource.values()].flat().map((one) => [one.transmitter.device, one.members]),
  );
  for (const device of known) {
    const list = device.facts.gb26875;
    if (typeof list !== "string" || device.definition.wire === undefined) continue;
    const owner = ownerOf(device, deviceAt, parts);
    if (owner === undefined) continue;
    memberSets.get(owner)?.add(device);
    for (const item of splitList(list)) {
      const [address = "", field] = item.split("=");
      const key = address.toUpperCase();
      const own = parts.get(owner)!;
      own.set(key, [...(own.get(key) ?? []), { device, field }]);
    }
  }
  return {
    find: (source, address) =>
      bySource.get(source)?.find(({ from }) => address === undefined || from(address))?.transmitter,
    conflicts: [...bySource].filter(([, claims]) => isConflict(claims)).map(([source]) => source),
  };
}

interface Claim {
  readonly transmitter: Transmitter;
  readonly members: Set<KnownDevice>;
  readonly from: (address: string) => boolean;
}

/** Most devices on the way up to the transmission device; the registry allows no longer way. */
const maxDepth = 16;

function ownerOf(
  device: KnownDevice,
  deviceAt: (site: string, id: string) => KnownDevice | undefined,
  transmitters: ReadonlyMap<KnownDevice, unknown>,
): KnownDevice | undefined {
  let one: KnownDevice | undefined = device;
  for (let depth = 0; one !== undefined && depth <= maxDepth; depth++) {
    if (transmitters.has(one)) return one;
    one = one.parent === undefined ? undefined : deviceAt(one.site, one.parent);
  }
  return undefined;
}

function readFrom({ facts }: KnownDevice): (address: string) => boolean {
  if (typeof facts.gb26875From !== "string") return () => true;
  const list = new BlockList();
  try {
    for (const item of splitList(facts.gb26875From)) addNetwork(list, item);
  } catch {
    // Written under other rules than today's: nobody comes in, which the refusal says, instead of everybody.
    return () => false;
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function addNetwork(list: BlockList, text: string): void {
  const [address = "", bits] = text.split("/");
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}

/** Claims that no list of network addresses keeps apart for certain. */
function isConflict(claims: readonly Claim[]): boolean {
  const lists = claims.map(({ transmitter }) => transmitter.device.facts.gb26875From);
  return claims.length > 1 && (lists.includes(undefined) || new Set(lists).size < lists.length);
}
