/** A payload that must be refused, and the stream that it is published on. */
export interface JunkPayload {
  readonly stream: string;
  readonly payload: Buffer;
}

/** Makes payload number `n`: always another one, never one that a gateway may take. */
export function junkPayload(n: number, random: () => number): JunkPayload {
  const make = makers[Math.floor(random() * makers.length)]!;
  const made = make({ n, random });
  return { stream: made.stream ?? "telemetry", payload: Buffer.from(made.payload) };
}

interface Chance {
  readonly n: number;
  readonly random: () => number;
}

type Maker = (chance: Chance) => { stream?: string; payload: string | Buffer };

// Each carries `n`, so that every refused payload can be found again by its bytes.
const makers: readonly Maker[] = [
  ({ n, random }) => ({ payload: Buffer.concat([Buffer.from(`${n} `), bytes(1 + random() * 200, random)]) }),
  ({ n, random }) => ({
    payload: Buffer.concat([Buffer.from(`{"n":${n},"é":"`), bytes(20, random), Buffer.from('"}')]),
  }),
  ({ n, random }) => ({
    payload: cut(JSON.stringify({ n, temperature: 21.5, text: "x".repeat(50) }), random),
  }),
  ({ n, random }) => ({ payload: `${n}${"[".repeat(17 + random() * 5_000)}` }),
  ({ n, random }) => ({ payload: nested(n, 17 + Math.floor(random() * 3_000)) }),
  ({ n }) => ({
    payload: JSON.stringify(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${n}-${i}`, i]))),
  }),
  ({ n }) => ({ payload: String(n) }),
  ({ n }) => ({ payload: JSON.stringify(`text ${n}`) }),
  ({ n }) => ({ payload: `{"seq":${n},"seq":${n + 1}}` }),
  ({ n }) => ({ payload: `[${" ".repeat(n % 5_000)}]${" ".repeat(Math.floor(n / 5_000))}` }),
  ({ n }) => ({ payload: JSON.stringify(Array.from({ length: 257 }, () => ({ n }))) }),
  ({ n }) => ({ payload: JSON.stringify({ ts: Date.now(), [`nobody-knows-${n}`]: 1 }) }),
  ({ n }) => ({ payload: `{"__proto__":{"polluted":${n}},"constructor":{"prototype":{"polluted":${n}}}}` }),
  ({ n }) => ({ stream: "event", payload: JSON.stringify({ event: `never-heard-of-${n}` }) }),
  ({ n }) => ({ stream: "event", payload: JSON.stringify({ n }) }),
  ({ n }) => ({ stream: "event", payload: JSON.stringify({ event: { n } }) }),
  ({ n }) => ({ stream: "status", payload: JSON.stringify({ online: `perhaps ${n}` }) }),
  ({ n }) => ({ stream: "status", payload: `on or off ${n}` }),
  ({ n }) => ({ stream: "reply", payload: JSON.stringify({ id: n, ok: "yes" }) }),
  ({ n }) => ({ stream: "nonsense", payload: JSON.stringify({ n }) }),
];

function bytes(length: number, random: () => number): Buffer {
  // 0x80 to 0xbf alone never begin a character of UTF-8.
  return Buffer.from(Array.from({ length: Math.floor(length) }, () => 0x80 + Math.floor(random() * 0x40)));
}

function cut(json: string, random: () => number): string {
  return json.slice(0, json.indexOf(",") + 1 + Math.floor(random() * 60));
}

function nested(n: number, depth: number): string {
  return `${'{"a":'.repeat(depth)}${n}${"}".repeat(depth)}`;
}
