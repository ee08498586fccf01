import type { Principal } from "../types.ts";

/** What somebody can ask to do with a topic. */
export type TopicAction = "publish" | "subscribe" | "will";

/** The principal's topics as far as rights differ. */
export type TopicClass =
  /** `status` of the device itself. */
  | "own-status"
  /** Its other streams towards the gateway: `telemetry`, `event`, `reply`. */
  | "own-up"
  /** Its streams from the gateway: `command`, `reject`. */
  | "own-down"
  /** Anything else below its name, wildcards and streams that do not exist included. */
  | "own-other"
  /** What the account declared: below `linli/`, where the gateway takes messages, and elsewhere. */
  | "declared-own"
  | "declared-plain"
  /** Of the devices that stand for the gateway itself: its self-test, the stations of drills. */
  | "internal"
  /** Everybody else's. */
  | "foreign"
  /** `$SYS`, `$share` and whatever else begins with `$`. */
  | "reserved";

/**
 * What comes of it. `taken`: the gateway reads the message as a device's, keeps it, and says why when it refuses it.
 * `routed`: it goes to subscribers as it is. `yes`: the subscription is made. `no`: refused.
 */
export type TopicRight = "taken" | "routed" | "yes" | "no";

type Row = Readonly<Record<TopicAction, TopicRight>>;

const nothing: Row = { publish: "no", subscribe: "no", will: "no" };

/** Who may do what with which topic. `access.ts` finds the class; the decision stands here alone. */
export const topicRights: Readonly<Record<Principal["type"], Readonly<Partial<Record<TopicClass, Row>>>>> = {
  device: {
    // A will may say that a device is gone, and nothing else: an alarm must come from a device that is there.
    "own-status": { publish: "taken", subscribe: "no", will: "taken" },
    "own-up": { publish: "taken", subscribe: "no", will: "no" },
    // Taken to be refused with a reason, as anything that a device says wrongly; such a message is never routed.
    "own-down": { publish: "taken", subscribe: "yes", will: "no" },
    "own-other": { publish: "taken", subscribe: "no", will: "no" },
    internal: nothing,
    foreign: nothing,
    reserved: nothing,
  },
  account: {
    "declared-own": { publish: "taken", subscribe: "yes", will: "taken" },
    "declared-plain": { publish: "routed", subscribe: "yes", will: "routed" },
    // Whatever an account has declared: an alarm that says it is a drill must come from the gateway.
    internal: nothing,
    foreign: nothing,
    reserved: nothing,
  },
  gateway: {
    internal: { publish: "taken", subscribe: "no", will: "no" },
    foreign: nothing,
    reserved: nothing,
  },
};

/** What a principal gets when it does this with a topic of this class. */
export function rightOf(type: Principal["type"], topicClass: TopicClass, action: TopicAction): TopicRight {
  return (topicRights[type][topicClass] ?? nothing)[action];
}
