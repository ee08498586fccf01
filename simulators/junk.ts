import type { Kind, Sample } from "../devices/kit/kind.ts";
import { pick } from "./random.ts";

/** Bytes that no healthy device sends. */
export interface Junk {
  /** What is wrong with it: `cut-json`, `deep`, `not-utf8`. */
  readonly name: string;
  readonly payload: Buffer;
}

/** What junk is made of. */
export interface JunkParts {
  readonly random: () => number;
  /** A sound payload of the device, for mutations. */
  readonly sound: Readonly<Record<string, unknown>>;
}

/** Malformed payloads without end; the same random numbers give the same bytes. */
export function* junkPayloads(parts: JunkParts): Generator<Junk, never> {
  const names = Object.keys(makers);
  for (;;) {
    const name = pick(parts.random, names);
    yield { name, payload: (makers[name] as Maker)(parts) };
  }
}

/** One malformed payload of each sort, so that a test meets all of them. */
export function everyJunkPayload(parts: JunkParts): readonly Junk[] {
  return Object.entries(makers).map(([name, make]) => ({ name, payload: make(parts) }));
}

/** A payload that the kind's own devices send, for mutations. */
export function soundSample(kind: Kind, random: () => number): Sample {
  return pick(random, kind.examples);
}

type Maker = (parts: JunkParts) => Buffer;

// All stay below 64 KiB: a larger packet costs the connection, and a device with QoS 1 would send it again for ever.
const makers: Readonly<Record<string, Maker>> = {
  empty: () => Buffer.alloc(0),
  "not-json": ({ random }) =>
    Buffer.from(pick(random, ["fire!", "{", "[", "nul", "{'a':1}", "0x1F", "<xml/>"])),
  "cut-json": ({ random, sound }) => {
    const text = JSON.stringify(sound);
    return Buffer.from(text.slice(0, 1 + Math.floor(random() * (text.length - 1))));
  },
  "not-utf8": ({ random, sound }) => {
    const bytes = Buffer.from(JSON.stringify({ ...sound, note: "xxxx" }));
    const at = bytes.indexOf("xxxx");
    bytes.writeUInt32BE(pick(random, [0xff_fe_fd_fc, 0xc0_80_c0_80, 0xed_a0_80_20, 0xf8_88_80_80]), at);
    return bytes;
  },
  "random-bytes": ({ random }) =>
    Buffer.from(Array.from({ length: Math.floor(random() * 512) }, () => Math.floor(random() * 256))),
  deep: ({ random }) => {
    const depth = 17 + Math.floor(random() * 5000);
    return Buffer.from(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);
  },
  "many-keys": ({ random }) => {
    const count = 257 + Math.floor(random() * 500);
    return Buffer.from(
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]))),
    );
  },
  "duplicate-key": ({ sound }) => {
    const text = JSON.stringify(sound);
    return Buffer.from(`${text.slice(0, -1)}${text.length > 2 ? "," : ""}"ts":1,"ts":2}`);
  },
  "not-object": ({ random }) =>
    Buffer.from(pick(random, ["null", "true", "42", '"offline"', "[1,2]", "[null]", "[[]]"])),
  "batch-empty": () => Buffer.from("[]"),
  "batch-long": () => Buffer.from(JSON.stringify(Array(257).fill({}))),
  "wrong-types": ({ random, sound }) => {
    const wrong = pick<unknown>(random, [[], {}, "not a value", { toString: 1 }, [[1]]]);
    return Buffer.from(JSON.stringify(mapValues(sound, (name) => (name === "event" ? sound[name] : wrong))));
  },
  "unknown-fields": ({ random }) =>
    Buffer.from(JSON.stringify({ [`x${Math.floor(random() * 1e6)}`]: random() })),
  "prototype-names": () => Buffer.from('{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}'),
  "unknown-event": ({ sound }) => Buffer.from(JSON.stringify({ ...sound, event: "__proto__" })),
  "huge-numbers": ({ sound }) => {
    const text = JSON.stringify(mapValues(sound, (name) => (name === "event" ? sound[name] : 0)));
    return Buffer.from(text.replaceAll(":0", ":1e999"));
  },
  "huge-text": ({ sound }) => Buffer.from(JSON.stringify({ ...sound, note: "x".repeat(60_000) })),
};

/** Topics that a device may not publish to, or that no gateway should take; none of them is empty. */
export function junkTopics({ random, own }: { random: () => number; own: string }): readonly string[] {
  const site = own.split("/")[2] ?? "site";
  return [
    `linli/v1/${site}/nothing-known/x/telemetry`,
    `linli/v2/${site}/x/y/telemetry`,
    `${own}/extra`,
    own.replace(/[^/]+$/, "nonsense"),
    own.replace(/[^/]+$/, "command"),
    `linli/v1/${site}//x/telemetry`,
    `linli/v1/__proto__/constructor/prototype/telemetry`,
    "linli",
    "/",
    "$SYS/broker/new/clients",
    `$share/g/${own}`,
    `${own}-${Math.floor(random() * 1e6)}`,
    `linli/v1/${"x".repeat(65)}/k/d/telemetry`,
  ];
}

function mapValues(
  from: Readonly<Record<string, unknown>>,
  to: (name: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.keys(from).map((name) => [name, to(name)]));
}
