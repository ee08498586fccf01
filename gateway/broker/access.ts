import type { Principal } from "../types.ts";
import type { Verdict } from "./connection.ts";
import { covers, matches } from "./topics.ts";

/** Topics below this are the gateway's: taken, journalled, judged. */
const own = "linli/";
const root = "linli/v1/";

/** What a principal may do with a topic that it publishes to. */
export function judgePublish(principal: Principal, topic: string): Verdict {
  const allowed =
    principal.device !== undefined
      ? topic.startsWith(`${root}${principal.device}/`)
      : principal.publish.some((filter) => matches(filter, topic));
  if (!allowed) return "denied";
  return isOwn(topic) ? "accept" : "route";
}

/** Whether a principal may subscribe to a filter. A device: its own `command` and `reject`, nothing else. */
export function maySubscribe(principal: Principal, filter: string): boolean {
  if (principal.device !== undefined) {
    return filter === `${root}${principal.device}/command` || filter === `${root}${principal.device}/reject`;
  }
  return principal.subscribe.some((declared) => covers(declared, filter));
}

/** Whether a will may be published to a topic. A device: its own `status`, nothing else. */
export function mayWill(principal: Principal, topic: string): boolean {
  if (principal.device !== undefined) return topic === `${root}${principal.device}/status`;
  return judgePublish(principal, topic) !== "denied";
}

/** The topic belongs to the gateway. */
export function isOwn(topic: string): boolean {
  return topic.startsWith(own) || topic === "linli";
}

/** A topic that only the gateway publishes to. */
export function isDown(topic: string): boolean {
  return topic.startsWith(root) && (topic.endsWith("/command") || topic.endsWith("/reject"));
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
