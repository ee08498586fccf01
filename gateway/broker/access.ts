import type { Principal } from "../types.ts";
import type { Verdict } from "./connection.ts";
import { rightOf, type TopicAction, type TopicClass } from "./topic-rights.ts";
import { covers, matches } from "./topics.ts";

/** Topics below this are the gateway's: taken, journalled, judged. */
const own = "linli/";
const root = "linli/v1/";
/** `linli/v1/{site}/gateway/{id}/…`: devices that stand for the gateway itself. A filter with wildcards is none of them. */
const internal = /^linli\/v1\/[^/]*\/gateway(\/|$)/;

const verdicts = { taken: "accept", routed: "route", yes: "denied", no: "denied" } as const;

/** What a principal may do with a topic that it publishes to. */
export function judgePublish(principal: Principal, topic: string): Verdict {
  return verdicts[rightOf(principal.type, classOf(principal, topic, "publish"), "publish")];
}

/** Whether a principal may subscribe to a filter. */
export function maySubscribe(principal: Principal, filter: string): boolean {
  return rightOf(principal.type, classOf(principal, filter, "subscribe"), "subscribe") !== "no";
}

/** Whether a will may be published to a topic. */
export function mayWill(principal: Principal, topic: string): boolean {
  return rightOf(principal.type, classOf(principal, topic, "will"), "will") !== "no";
}

/** What a topic, or a filter to subscribe to, is to a principal. */
function classOf(principal: Principal, topic: string, action: TopicAction): TopicClass {
  if (topic.startsWith("$")) return "reserved";
  if (isInternal(topic)) return "internal";
  if (principal.device !== undefined) return classOfDevice(principal.device, topic);
  const isDeclared =
    action === "subscribe"
      ? principal.subscribe.some((declared) => covers(declared, topic))
      : principal.publish.some((declared) => matches(declared, topic));
  if (!isDeclared) return "foreign";
  return isOwn(topic) ? "declared-own" : "declared-plain";
}

function classOfDevice(device: string, topic: string): TopicClass {
  const beginning = `${root}${device}/`;
  if (!topic.startsWith(beginning)) return "foreign";
  const stream = topic.slice(beginning.length);
  return Object.hasOwn(streams, stream) ? streams[stream as keyof typeof streams] : "own-other";
}

const streams = {
  status: "own-status",
  telemetry: "own-up",
  event: "own-up",
  reply: "own-up",
  command: "own-down",
  reject: "own-down",
} as const;

/** The topic belongs to the gateway. */
export function isOwn(topic: string): boolean {
  return topic.startsWith(own) || topic === "linli";
}

/** A topic of a device that stands for the gateway itself: only the gateway publishes to it, and what it says is routed to nobody. */
export function isInternal(topic: string): boolean {
  return internal.test(topic);
}

/** A topic that only the gateway publishes to: what devices are told, and what a site is told of its alerts. */
export function isDown(topic: string): boolean {
  if (!topic.startsWith(root)) return false;
  return topic.endsWith("/command") || topic.endsWith("/reject") || isOfAlerts(topic);
}

/** Below `linli/v1/{site}/alerts/`, where no kind of device can be. */
function isOfAlerts(topic: string): boolean {
  return topic.startsWith("alerts/", topic.indexOf("/", root.length) + 1);
}

/** Whether a filter can match messages that devices send up. */
export function wantsUp(filter: string): boolean {
  const first = filter.split("/", 1)[0];
  return (first === "linli" || first === "+" || first === "#") && !isDown(filter);
}

/** Where a device is told why a message on `topic` was refused; undefined when the topic names no device. */
export function rejectTopicOf(topic: string, principal: Principal | undefined): string | undefined {
  if (principal?.device !== undefined) return `${root}${principal.device}/reject`;
  const levels = topic.split("/");
  return topic.startsWith(root) && levels.length > 5 ? `${levels.slice(0, 5).join("/")}/reject` : undefined;
}

/**
 * How strong a claim a principal has on a client id. A device: 3 its own name, 2 a name that begins with its own, 0 any
 * other; `site/id` may be written `site-id`. An account: always 1, the weakest.
 */
export function claimOn(clientId: string, principal: Principal): 0 | 1 | 2 | 3 {
  if (principal.device === undefined) return 1;
  const dashed = principal.name.replace("/", "-");
  if (clientId === principal.name || clientId === dashed) return 3;
  return clientId.startsWith(principal.name) || clientId.startsWith(dashed) ? 2 : 0;
}
