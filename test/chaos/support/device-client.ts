import { createConnection, type Socket } from "node:net";
import {
  createPacketReader,
  decodePublish,
  disconnect,
  encodeConnect,
  encodePuback,
  encodePublish,
  encodeSubscribe,
  type Identity,
  packetType,
} from "../../../bench/support/packets.ts";

/** A device's connection as it should be built: it comes back for ever and sends what was not acknowledged again, in order. */
export interface DeviceClient {
  readonly isConnected: boolean;
  /** Messages without PUBACK. */
  readonly outstanding: number;
  /** Messages that were sent a second time after a reconnect. */
  readonly resent: number;
  /** Connections that ended without being asked to. */
  readonly losses: number;
  /** Publishes with QoS 1 unless the connection is away or the window is full; says whether it did. */
  publish(message: {
    topic: string;
    payload: string | Buffer;
    retain?: boolean;
    /** Called at the PUBACK, with the time since the first PUBLISH. */
    acknowledged: (tookMs: number) => void;
  }): boolean;
  /** Ends the connection and forgets what waits for PUBACK, as a power cut of the device does; comes back by itself. */
  cutPower(): void;
  stop(): void;
}

/** What a client needs. */
export interface DeviceClientParts extends Identity {
  readonly port: number;
  /** Most messages without PUBACK. */
  readonly window: number;
  /** Subscribed to at each connect; what arrives goes to `onMessage`. */
  readonly subscribe?: string;
  readonly onMessage?: (payload: Buffer, topic: string) => void;
  /** The gateway has taken the subscription. */
  readonly onSubscribed?: () => void;
  /** `kept`: what comes while it is away waits for it. A new one each time by default. */
  readonly session?: "kept";
}

/** Starts to connect at once, and again 20 ms after each loss. */
export function createDeviceClient(parts: DeviceClientParts): DeviceClient {
  const waiting = new Map<number, Waiting>();
  let socket: Socket;
  let isConnected = false;
  let isStopped = false;
  let packetId = 0;
  let resent = 0;
  let losses = 0;

  function connect(): void {
    const mine = createConnection({ host: "127.0.0.1", port: parts.port, noDelay: true });
    socket = mine;
    mine.on("connect", () => mine.write(encodeConnect(parts, keepAliveS, parts.session)));
    mine.on("data", createPacketReader({ onAck, onPacket }));
    mine.on("error", () => mine.destroy());
    mine.on("close", () => {
      if (isConnected) losses += 1;
      isConnected = false;
      if (!isStopped) setTimeout(connect, 20);
    });
  }

  function onAck(id: number): void {
    const entry = waiting.get(id);
    if (entry === undefined) return;
    waiting.delete(id);
    entry.acknowledged(performance.now() - entry.sentAt);
  }

  function onPacket(head: number, body: Buffer): void {
    if (head >> 4 === packetType.publish) {
      const { packetId: id, payload, topic } = decodePublish(head, body);
      if (id > 0) socket.write(encodePuback(id));
      parts.onMessage?.(payload, topic);
    }
    if (head >> 4 === packetType.suback) parts.onSubscribed?.();
    if (head >> 4 !== packetType.connack) return;
    if (body[1] === 0) resume();
    else socket.destroy();
  }

  function resume(): void {
    if (parts.subscribe !== undefined) socket.write(encodeSubscribe(parts.subscribe, subscribeId));
    for (const { bytes } of waiting.values()) {
      bytes[0] = bytes[0]! | dupFlag;
      resent += 1;
      socket.write(bytes);
    }
    isConnected = true;
  }

  connect();
  return {
    get isConnected() {
      return isConnected;
    },
    get outstanding() {
      return waiting.size;
    },
    get resent() {
      return resent;
    },
    get losses() {
      return losses;
    },
    publish({ topic, payload, retain = false, acknowledged }) {
      if (!isConnected || waiting.size >= parts.window) return false;
      packetId = (packetId % highestId) + 1;
      const { bytes } = encodePublish({ topic, payload, packetId });
      if (retain) bytes[0] = bytes[0]! | retainFlag;
      waiting.set(packetId, { bytes, acknowledged, sentAt: performance.now() });
      socket.write(bytes);
      return true;
    },
    cutPower() {
      waiting.clear();
      socket.destroy();
    },
    stop() {
      isStopped = true;
      socket.end(disconnect);
    },
  };
}

interface Waiting {
  readonly bytes: Buffer;
  readonly acknowledged: (tookMs: number) => void;
  readonly sentAt: number;
}

const dupFlag = 0x08;
const retainFlag = 0x01;
const keepAliveS = 60;
const highestId = 60_000;
const subscribeId = 65_535;
