import { isUtf8 } from "node:buffer";
import type { Cassette, CassetteMessage } from "./cassette.ts";
import { editEnvelope } from "./envelope.ts";

/** How a cassette is turned into messages. */
export interface ReplayPlan {
  /** Part of every idempotency key: the same seed again doubles nothing, a new seed is a new replay. */
  readonly seed: string;
  /** Epoch ms at which the replay begins. */
  readonly startAt: number;
  /** How many times faster than recorded; `max` leaves no time between messages. */
  readonly speed: number | "max";
  readonly loops: number;
  /** `shifted`: device times as early or late as they were when recorded. `kept`: device times as recorded. */
  readonly times: "shifted" | "kept";
  /** `simulated`: readings of devices only, each marked. `as-recorded`: every message, byte for byte. */
  readonly marking: "simulated" | "as-recorded";
  readonly renames?: readonly Rename[];
}

/** A part of the topic that is written differently: another site, another device, or another beginning of a foreign topic. */
export interface Rename {
  readonly part: "site" | "device" | "prefix";
  readonly from: string;
  readonly to: string;
}

/** One message of a replay. */
export interface ReplayMessage {
  /** When it is due after the start of the replay, ms. */
  readonly dueMs: number;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

/** What of a cassette a plan sends, in order. The same cassette and plan give the same bytes. `skipped` hears of every message that is left out. */
export async function* planReplay(
  cassette: Cassette,
  plan: ReplayPlan,
  skipped: (topic: string) => void = () => {},
): AsyncGenerator<ReplayMessage> {
  const { recordedAt } = cassette.header;
  const lengthMs = await lengthOf(cassette);
  const rename = createRenamer(plan.renames ?? []);
  for (let loop = 0; loop < plan.loops; loop++) {
    for await (const message of cassette.messages()) {
      const sentMs = loop * lengthMs + message.offsetMs;
      const dueMs = plan.speed === "max" ? 0 : Math.round(sentMs / plan.speed);
      const topic = rename(message.topic);
      if (plan.marking === "as-recorded") {
        yield { dueMs, topic, payload: message.payload, qos: message.qos, retain: message.retain };
        continue;
      }
      if (!isReading.test(topic)) {
        skipped(message.topic);
        continue;
      }
      // At full speed the whole cassette is sent in a moment: its end is now, and its times keep their distances.
      const sentAt = plan.speed === "max" ? plan.startAt - lengthMs + message.offsetMs : plan.startAt + dueMs;
      const shiftMs = plan.times === "kept" ? 0 : sentAt - (recordedAt + message.offsetMs);
      const payload = markSimulated(message, { shiftMs, run: `${plan.seed}.${loop}` });
      yield { dueMs, topic, payload, qos: message.qos, retain: false };
    }
  }
}

const isReading = /^linli\/v1\/[^/]+\/[^/]+\/[^/]+\/(telemetry|event)$/;

/** Offset of the last message plus one millisecond, so that loops do not overlap; reads the cassette once and so finds its faults before anything is sent. */
async function lengthOf(cassette: Cassette): Promise<number> {
  let last = -1;
  for await (const { offsetMs } of cassette.messages()) last = offsetMs;
  return last + 1;
}

/** What cannot be read as JSON stays as it is: it will be refused as it was. */
function markSimulated(message: CassetteMessage, { shiftMs, run }: { shiftMs: number; run: string }): Buffer {
  if (!isUtf8(message.payload)) return message.payload;
  const edited = editEnvelope(message.payload.toString(), {
    replace(name, value) {
      if (name === "ts") return shiftMs === 0 ? undefined : shiftTime(value, shiftMs);
      // A sequence number that the gateway has seen would be dropped as a double.
      if (name === "boot") return JSON.stringify(`${run}.${bootOf(value)}`.slice(0, 64));
      if (name === "simulated") return "true";
      return undefined;
    },
    insert(names) {
      const members: string[] = [];
      if (!names.has("simulated")) members.push('"simulated":true');
      if (names.has("seq") && !names.has("boot")) members.push(`"boot":${JSON.stringify(run)}`);
      return members;
    },
  });
  return edited === undefined ? message.payload : Buffer.from(edited);
}

function bootOf(json: string): string {
  const value: unknown = JSON.parse(json);
  return typeof value === "string" ? value : json;
}

/** Keeps the way the time is written: s, ms, µs, ns or RFC 3339. What is not a time stays. */
function shiftTime(json: string, shiftMs: number): string | undefined {
  const value: unknown = JSON.parse(json);
  if (typeof value === "number") {
    const unit = value >= 1e17 ? 1e6 : value >= 1e14 ? 1e3 : value >= 1e11 ? 1 : 1e-3;
    return value >= 1e8 ? String(value + shiftMs * unit) : undefined;
  }
  if (typeof value !== "string") return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : JSON.stringify(new Date(time + shiftMs).toISOString());
}

function createRenamer(renames: readonly Rename[]): (topic: string) => string {
  if (renames.length === 0) return (topic) => topic;
  return (topic) => {
    const parts = topic.split("/");
    const isOurs = parts[0] === "linli" && parts[1] === "v1";
    let site = parts[2];
    let device = parts[4];
    for (const { part, from, to } of renames) {
      if (part === "prefix" && topic.startsWith(from)) return to + topic.slice(from.length);
      if (!isOurs) continue;
      if (part === "site" && parts[2] === from) site = to;
      if (part === "device" && parts[4] === from) device = to;
    }
    if (!isOurs || site === undefined || device === undefined) return topic;
    return ["linli", "v1", site, parts[3], device, ...parts.slice(5)].join("/");
  };
}
