import type { DeviceName, Refusal } from "../types.ts";
import { refuse } from "./refusal.ts";

/** The streams that devices publish. */
export type UpStream = "telemetry" | "event" | "status" | "reply";

/** What a device's topic says. */
export interface DeviceTopic {
  readonly site: string;
  readonly kind: string;
  readonly id: string;
  /** `site/kind/id` */
  readonly device: DeviceName;
  readonly stream: UpStream;
}

const grammar = /^linli\/v1\/([A-Za-z0-9_-]{1,64})\/([a-z0-9-]{1,64})\/([A-Za-z0-9_-]{1,64})\/([a-z]+)$/;
const upStreams: ReadonlySet<string> = new Set(["telemetry", "event", "status", "reply"]);

/** Reads `linli/v1/{site}/{kind}/{device}/{stream}`. */
export function parseTopic(
  topic: string,
): { ok: true; topic: DeviceTopic } | { ok: false; refusal: Refusal } {
  const parts = grammar.exec(topic);
  if (parts === null) {
    const message =
      "the topic must be linli/v1/{site}/{kind}/{device}/{stream}; ids have 1 to 64 letters, digits, _ or -";
    return { ok: false, refusal: refuse("topic-invalid", "", topic, message) };
  }
  const [, site, kind, id, stream] = parts as unknown as [string, string, string, string, string];
  if (!upStreams.has(stream)) {
    const message = `a device publishes to telemetry, event, status or reply; "${stream}" is none of them`;
    return { ok: false, refusal: refuse("topic-unknown", "", topic, message) };
  }
  return { ok: true, topic: { site, kind, id, device: `${site}/${kind}/${id}`, stream: stream as UpStream } };
}

/** The topic of a message from the gateway to a device. */
export function downTopic(device: DeviceName, stream: "command" | "reject"): string {
  return `linli/v1/${device}/${stream}`;
}
