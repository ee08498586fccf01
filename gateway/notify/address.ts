/**
 * Whether people-configured targets may be at an address. `local`: in this machine or a private network, which a target may be
 * by its own name when it is listed. `never`: link-local (with the metadata services of clouds), multicast, reserved.
 */
export type Reach = "public" | "local" | "never";

/** Where an IPv4 or IPv6 address lies; what is no address is `never`. */
export function reachOf(address: string): Reach {
  const bytes = parseAddress(address);
  if (bytes === undefined) return "never";
  if (bytes.length === 4) return reachOf4(bytes);
  const embedded = embedded4(bytes);
  if (embedded !== undefined) return reachOf4(embedded);
  if (ranges6.never.some((range) => isIn(bytes, range))) return "never";
  if (ranges6.local.some((range) => isIn(bytes, range))) return "local";
  return isIn(bytes, globalUnicast) ? "public" : "never";
}

/** Addresses that share their first bits. */
export interface Range {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** A range such as `10.0.0.0/8` or `fd00::/8`, or a single address; undefined when it is neither. */
export function parseRange(text: string): Range | undefined {
  const [address = "", length, ...rest] = text.split("/");
  const bytes = parseAddress(address);
  if (bytes === undefined || rest.length > 0) return undefined;
  const bits = length === undefined ? bytes.length * 8 : Number(length);
  const isRight = length === undefined || (/^\d{1,3}$/.test(length) && bits <= bytes.length * 8);
  return isRight ? { bytes, bits } : undefined;
}

/** Whether an address lies in a range; one that carries an IPv4 address is also that address. */
export function isWithin(address: string, range: Range): boolean {
  const bytes = parseAddress(address);
  if (bytes === undefined) return false;
  const embedded = bytes.length === 16 ? embedded4(bytes) : undefined;
  return isIn(bytes, range) || (embedded !== undefined && isIn(embedded, range));
}

function range(text: string): Range {
  return parseRange(text)!;
}

/** RFC 6890 and the IANA registries of special-purpose addresses, and the metadata services that lie elsewhere. */
const ranges4 = {
  never: [
    ...["0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24"],
    ...["198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "100.100.100.200"],
  ].map(range),
  local: [
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "198.18.0.0/15",
  ].map(range),
};

const ranges6 = {
  never: [
    // Teredo, benchmarking and the like; documentation; the metadata service of Amazon.
    ...["2001::/23", "2001:db8::/32", "3fff::/20", "fd00:ec2::254"],
  ].map(range),
  local: ["::1", "fc00::/7", "fec0::/10"].map(range),
};

/** All that is routed in the internet. */
const globalUnicast = range("2000::/3");

/** IPv6 addresses that lead to an IPv4 address, and at which byte it stands: mapped, translated, compatible, NAT64, 6to4. */
const carriers: readonly (readonly [Range, number])[] = [
  [range("::ffff:0:0/96"), 12],
  [range("::ffff:0:0:0/96"), 12],
  [range("64:ff9b::/96"), 12],
  [range("2002::/16"), 2],
];

const compatible = range("::/96");

function embedded4(bytes: readonly number[]): number[] | undefined {
  const at = carriers.find(([carrier]) => isIn(bytes, carrier))?.[1];
  if (at !== undefined) return bytes.slice(at, at + 4);
  // Compatible addresses, but not `::` and `::1`.
  const isCompatible = isIn(bytes, compatible) && bytes.slice(12).some((byte, i) => i < 3 && byte !== 0);
  return isCompatible ? bytes.slice(12) : undefined;
}

function reachOf4(bytes: readonly number[]): Reach {
  if (ranges4.never.some((one) => isIn(bytes, one))) return "never";
  return ranges4.local.some((one) => isIn(bytes, one)) ? "local" : "public";
}

function isIn(bytes: readonly number[], { bytes: first, bits }: Range): boolean {
  if (bytes.length !== first.length) return false;
  return bytes.every((byte, at) => {
    const left = Math.min(Math.max(bits - at * 8, 0), 8);
    const mask = (0xff00 >> left) & 0xff;
    return (byte & mask) === (first[at]! & mask);
  });
}

function parseAddress(text: string): number[] | undefined {
  const plain = text.replace(/%.*$/, "");
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(plain)) {
    const bytes = plain.split(".").map(Number);
    return bytes.every((byte) => byte <= 255) ? bytes : undefined;
  }
  // The parser of URLs knows every way to write one, and writes it in one.
  const url = `http://[${plain}]`;
  if (!plain.includes(":") || !URL.canParse(url)) return undefined;
  const [head = "", tail] = new URL(url).hostname.slice(1, -1).split("::");
  const groups = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]);
}
