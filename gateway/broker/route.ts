import { AedesPacket, type Core, type Packet, type Properties } from "./aedes.ts";

/** A message on its way to subscribers. */
export interface Routed {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly clientId?: string;
  readonly properties?: Properties | undefined;
}

/** Keeps what must outlive a restart. */
export interface Keeper {
  /**
   * Keeps the message for the sessions that subscribe to it, and as retained. False when there was nothing to keep;
   * otherwise `kept` is called once it is on disk, in the order of the calls.
   */
  hold(packet: Packet, kept: () => void): boolean;
  /** Nothing can be kept at the moment. */
  isFailing(): boolean;
}

interface Waiting {
  readonly packet: Packet;
  readonly delivered: () => void;
  ready: boolean;
}

/** Properties of a PUBLISH that subscribers may see [MQTT 5.0, 3.3.2.3]; a will's delay, for one, breaks strict clients. */
const forwarded = [
  "payloadFormatIndicator",
  "messageExpiryInterval",
  "contentType",
  "responseTopic",
  "correlationData",
  "userProperties",
];

/**
 * Brings messages to subscribers: keep, then deliver. Deliveries leave in the order of the calls, because aedes takes a
 * lower counter after a higher one for a duplicate. While nothing can be kept, only the acknowledgements wait for it: one
 * message that waited for days would otherwise hold all that come after it in memory.
 */
export function createRoute({ core, keeper, now }: { core: Core; keeper: Keeper; now: () => number }) {
  const waiting: Waiting[] = [];

  /** `kept`: safe to acknowledge. `delivered`: handed to every connected subscriber. */
  return function route(message: Routed, kept: () => void, delivered: () => void): void {
    const { topic, payload, qos, retain } = message;
    // Without `dup`: that flag belongs to the hop from the publisher [MQTT-3.3.1-3].
    const packet = new AedesPacket({ topic, payload, qos, retain }, core);
    if (message.clientId !== undefined) packet.clientId = message.clientId;
    const properties = message.properties && pick(message.properties);
    if (properties !== undefined) packet.properties = properties;
    const expiry = properties?.messageExpiryInterval;
    if (typeof expiry === "number") packet.messageExpiry = now() + expiry * 1000;

    const entry: Waiting = { packet, delivered, ready: false };
    const waits = keeper.hold(packet, () => {
      entry.ready = true;
      kept();
      release();
    });
    if (!waits) {
      kept();
      if (waiting.length === 0) return void core.mq.emit(packet, delivered);
      entry.ready = true;
    }
    waiting.push(entry);
    if (keeper.isFailing()) release();
  };

  function release(): void {
    while (waiting[0]?.ready || (waiting.length > 0 && keeper.isFailing())) {
      const { packet, delivered } = waiting.shift()!;
      core.mq.emit(packet, delivered);
    }
  }
}

function pick(properties: Properties): Properties | undefined {
  let picked: Properties | undefined;
  for (const name of forwarded) {
    const value = properties[name];
    if (value === undefined) continue;
    picked ??= {};
    picked[name] = value;
  }
  return picked;
}
