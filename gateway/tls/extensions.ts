import { extension } from "./certificate.ts";
import { bits, type Der, encode, implicit, integer, objectId, sequence, tagged, yes } from "./der.ts";
import { addressBytes, type Name } from "./names.ts";

/** Extensions of a root that signs holders, revocation lists, and no further authority. */
export function authorityExtensions(permitted: Permitted): Der[] {
  return [
    extension("2.5.29.19", sequence(yes, integer(0)), "critical"),
    // keyCertSign and cRLSign.
    extension("2.5.29.15", bits(Buffer.from([0b0000_0110]), 1), "critical"),
    // Not critical, against RFC 5280: mbedTLS, which many devices have, refuses a root with a critical one. Those that
    // know it (OpenSSL, Go, Apple, Windows, Chrome) hold to it either way.
    extension("2.5.29.30", sequence(tagged(0, ...subtrees(permitted)))),
  ];
}

/** Extensions of a server that answers to names and addresses. */
export function serverExtensions(names: readonly Name[]): Der[] {
  return [
    ...holder("1.3.6.1.5.5.7.3.1"),
    extension("2.5.29.17", sequence(...names.map((name) => generalName(name)))),
  ];
}

/** Extensions of a device, which may be a client and nothing else. */
export function deviceExtensions(): Der[] {
  return holder("1.3.6.1.5.5.7.3.2");
}

/** What an authority may sign: domains with all below them, and networks. */
export interface Permitted {
  readonly domains: readonly string[];
  /** `192.168.0.0/16` */
  readonly networks: readonly string[];
}

function holder(purpose: string): Der[] {
  return [
    extension("2.5.29.19", sequence(), "critical"),
    // digitalSignature
    extension("2.5.29.15", bits(Buffer.from([0b1000_0000]), 7), "critical"),
    extension("2.5.29.37", sequence(objectId(purpose))),
  ];
}

function generalName({ kind, value }: Name): Der {
  return kind === "domain" ? implicit(2, Buffer.from(value)) : implicit(7, addressBytes(value));
}

function subtrees({ domains, networks }: Permitted): Der[] {
  return [
    ...domains.map((domain) => sequence(implicit(2, Buffer.from(domain)))),
    ...networks.map((network) => {
      const [address = "", prefix = "0"] = network.split("/");
      const bytes = addressBytes(address);
      return sequence(encode(0x87, bytes, maskOf(bytes.length, Number(prefix))));
    }),
  ];
}

function maskOf(length: number, prefix: number): Buffer {
  return Buffer.from(
    Array.from({ length }, (_, i) => 0xff & (0xff00 >> Math.max(0, Math.min(8, prefix - i * 8)))),
  );
}
