import { z } from "zod";

const count = (value: number, text: string) => z.int().min(1).default(value).describe(text);

/** Bounds of the durable sessions and retained messages. */
export const sessionSettings = z
  .object({
    messagesPerSession: count(
      1000,
      "Messages that wait for one subscriber that is away; at the bound the oldest is dropped.",
    ),
    bytesPerSession: count(
      1_048_576,
      "Bytes that wait for one subscriber; at the bound the oldest message is dropped.",
    ),
    bytesTotal: count(
      134_217_728,
      "Bytes that wait for all subscribers together; at the bound a new message is not kept for them.",
    ),
    sessions: count(
      20_000,
      "Sessions that are kept; at the bound a new client's session ends with its connection.",
    ),
    keepForS: count(86_400, "Seconds that a session and its messages are kept after the client left (24 h)."),
    retained: count(10_000, "Retained messages; at the bound a message of a new topic is not retained."),
    retainedBytes: count(16_384, "Largest payload that is retained, bytes; a larger one is only delivered."),
    lazyWriteMs: count(50, "How long changes that nobody waits for gather before they are written, ms."),
    retryMs: count(1000, "Pause before a failed write to the session database is tried again, ms."),
  })
  .prefault({});

/** Settings of the MQTT broker. */
export const brokerSettings = z
  .object({
    host: z.string().default("127.0.0.1").describe("Address of the plain MQTT listener."),
    port: z
      .int()
      .min(0)
      .max(65_535)
      .default(1883)
      .describe("Port of the plain MQTT listener; 0 takes a free one."),
    connections: count(20_000, "Connections in all; more are closed at once."),
    connectionsPerAddress: count(2000, "Connections from one network address; more are closed at once."),
    connectBytes: count(8192, "Largest CONNECT packet, bytes."),
    connectTimeoutMs: count(5000, "Time from the socket's opening to a whole CONNECT, ms."),
    handshakeTimeoutMs: count(3000, "Time from CONNECT to CONNACK, ms."),
    packetBytes: count(65_536, "Largest packet of a client, bytes."),
    largePacketBytes: count(262_144, "Largest packet of an account in `largePacketAccounts`, bytes."),
    largePacketAccounts: z
      .array(z.string())
      .default([])
      .describe("Service accounts that may send larger packets, for example other gateways."),
    packetsBeforeConnack: count(1024, "Packets that may follow CONNECT before it is answered."),
    keepaliveMaxS: count(
      3600,
      "Longest keep-alive, seconds; a client that asks for more, or for none, is closed after 1.5 times this silence.",
    ),
    topicChars: count(1024, "Longest topic or filter, characters."),
    topicLevels: z.int().min(1).max(100).default(32).describe("Most levels of a topic or filter."),
    nameChars: count(256, "Longest client id or user name, characters."),
    subscriptionsPerClient: count(200, "Subscriptions of one client; more are refused on SUBACK."),
    verdictsPerClient: count(
      512,
      "Topics of one client whose permission is remembered; at the bound all are forgotten.",
    ),
    packetsPerSecond: count(
      20_000,
      "Packets a second of one client, acknowledgements aside; at the bound it is not read until the second is over.",
    ),
    pendingMessages: count(
      512,
      "Messages of one client that may wait to become durable; at the bound the client is not read until half are done.",
    ),
    pendingBytes: count(
      67_108_864,
      "Payload bytes of all clients that may wait to become durable; at the bound publishers are not read until half are done.",
    ),
    qos2Window: count(
      256,
      "QoS 2 packet ids of one client that may be open; at the bound it is disconnected.",
    ),
    receiveMaximum: z
      .int()
      .min(1)
      .max(65_535)
      .default(256)
      .describe("MQTT 5 receive maximum that is advertised."),
    drainTimeoutMs: count(
      2000,
      "Time in which a client must take what was written to it, ms; then it is cut.",
    ),
    subscriberBufferBytes: count(
      1_048_576,
      "Bytes that may wait in a subscriber's socket; at the bound QoS 0 messages are dropped and others cut the client.",
    ),
    downlinkWindow: count(
      64,
      "Messages of the gateway that one client may leave unacknowledged; at the bound the oldest is no longer waited for.",
    ),
    rejectsPerSecond: count(
      5,
      "Refusals a second that are told to one device on `reject`; more are only counted.",
    ),
    rejectBurst: count(20, "Refusals that are told to one device at once."),
    rejectDevices: count(4096, "Devices whose refusal rate is remembered."),
    takeovers: count(15, "Take-overs of one client id in `takeoverWindowMs` after which it is banned."),
    takeoverWindowMs: count(60_000, "Window in which take-overs are counted, ms."),
    banMs: count(300_000, "How long a flapping client id is refused, ms."),
    takeoverIds: count(4096, "Client ids whose take-overs are remembered."),
    willGraceMs: count(
      60_000,
      "After a start: how long a client may take to come back before its stored will is published, ms.",
    ),
    stopTimeoutMs: count(
      5000,
      "Longest wait for messages that were taken but are not durable at a stop, ms.",
    ),
    sessions: sessionSettings,
  })
  .prefault({});

export type BrokerSettings = z.infer<typeof brokerSettings>;
export type SessionSettings = z.infer<typeof sessionSettings>;
