import { BlockList, isIP } from "node:net";
import { domainToASCII } from "node:url";
import { GatewayError } from "../errors.ts";
import type { Permitted } from "./extensions.ts";

/** What a server's certificate is good for: a host name, or an address. */
export interface Name {
  readonly kind: "domain" | "address";
  readonly value: string;
}

/** Names that every server certificate has: this machine calls itself so. */
export const ownNames: readonly string[] = ["localhost", "127.0.0.1", "::1"];

/** What a local authority may always sign: names and addresses that nobody owns on the internet (RFC 1918, 4193, 6598, 6762, 8375). */
export const privatePlaces: Permitted = {
  domains: ["localhost", "local", "lan", "internal", "home.arpa"],
  networks: [
    ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"],
    ...["::1/128", "fc00::/7", "fe80::/10"],
  ],
};

/** Names of the machine: its host name, also as multicast DNS has it, and the addresses of its interfaces. */
export function machineNames(machine: Machine): string[] {
  const host = machine.hostname();
  const short = host.split(".")[0];
  const addresses = Object.values(machine.networkInterfaces())
    .flatMap((entries) => entries ?? [])
    // An address of one link alone is written with the interface, which no certificate can hold.
    .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"))
    .map(({ address }) => address);
  const hosts = isDomain(host) ? [host, `${short}.local`] : [];
  return [...new Set([...hosts, ...addresses])];
}

/** The part of `node:os` that knows the machine's names. */
export interface Machine {
  hostname(): string;
  networkInterfaces(): Readonly<
    Record<string, readonly { readonly address: string; readonly internal: boolean }[] | undefined>
  >;
}

/** Reads a host name (`gateway.lan`, `*.site.lan`) or address. Throws `invalid-request`. */
export function readName(given: string): Name {
  if (isIP(given) !== 0) return { kind: "address", value: given };
  const value = domainToASCII(given).toLowerCase();
  if (isDomain(value.replace(/^\*\./, ""))) return { kind: "domain", value };
  throw new GatewayError(
    "invalid-request",
    `"${given}" is neither a host name (gateway.lan) nor an address (192.168.1.5)`,
  );
}

/** Names of a certificate as Node prints them: `DNS:localhost, IP Address:127.0.0.1`. */
export function namesIn(subjectAltName: string | undefined): string[] {
  return [...(subjectAltName ?? "").matchAll(/(?:DNS|IP Address):([^,\s"]+)/g)].map(([, name]) =>
    shortAddress(name as string),
  );
}

/** Whether an authority with these limits may sign for a name. */
export function mayName({ kind, value }: Name, { domains, networks }: Permitted): boolean {
  if (kind === "domain") {
    return domains.some((domain) => value === domain || value.endsWith(`.${domain}`));
  }
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix = "0"] = network.split("/");
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return list.check(value, isIP(value) === 6 ? "ipv6" : "ipv4");
}

/** Limits that also let in given names. */
export function permitting(names: readonly Name[]): Permitted {
  const others = names.filter((name) => !mayName(name, privatePlaces));
  return {
    domains: [
      ...privatePlaces.domains,
      ...others.filter(({ kind }) => kind === "domain").map(({ value }) => value.replace(/^\*\./, "")),
    ],
    networks: [
      ...privatePlaces.networks,
      ...others
        .filter(({ kind }) => kind === "address")
        .map(({ value }) => `${value}/${isIP(value) === 6 ? 128 : 32}`),
    ],
  };
}

/** The 4 or 16 bytes of an address. */
export function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  const [head = "", tail] = new URL(`http://[${address.split("%")[0]}]`).hostname.slice(1, -1).split("::");
  const left = wordsOf(head);
  const right = tail === undefined ? [] : wordsOf(tail);
  const gap = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return Buffer.from([...left, ...gap, ...right].flatMap((word) => [word >> 8, word & 0xff]));
}

function wordsOf(text: string): number[] {
  return text === "" ? [] : text.split(":").map((word) => Number.parseInt(word, 16));
}

function shortAddress(name: string): string {
  return isIP(name) === 6 ? new URL(`http://[${name}]`).hostname.slice(1, -1) : name;
}

function isDomain(text: string): boolean {
  return (
    text.length <= 253 &&
    /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i.test(text)
  );
}
