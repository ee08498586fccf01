import { connect as connectTcp } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { generate, type Packet, parser } from "mqtt-packet";
import { createWebSocketStream, WebSocket } from "ws";
import { GatewayError, messageOf } from "../errors.ts";
import type { MqttDoor } from "./contract.ts";

/** One message that the gateway sends to itself. */
export interface OwnMessage {
  readonly door: MqttDoor;
  readonly credentials: { readonly username: string; readonly password: string };
  readonly clientId: string;
  readonly topic: string;
  readonly payload: string;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
  /** The door let it in; the message goes when this is through. */
  readonly connected: () => Promise<void>;
}

/**
 * Goes in through a real door, as a device does: CONNECT, PUBLISH with QoS 1, and resolves with its PUBACK. A connection of its own each
 * time, because a door that is shut shows only to who comes anew. Rejects with `broker-refused`.
 */
export async function publishThrough(message: OwnMessage): Promise<void> {
  const { door, credentials, clientId, topic, payload, signal, connected } = message;
  const socket = openDoor(door);
  const done = Promise.withResolvers<void>();
  const fail = (reason: string, cause?: unknown) =>
    done.reject(new GatewayError("broker-refused", reason, { cause, retryable: true }));
  const stop = () => fail("no answer in time");
  const packets = parser({ protocolVersion: 4 });
  packets.on("packet", (packet: Packet) => {
    if (packet.cmd === "puback") return done.resolve();
    if (packet.cmd !== "connack") return;
    if (packet.returnCode !== 0) return fail(`CONNECT was refused with code ${packet.returnCode}`);
    const publish = generate({
      cmd: "publish",
      topic,
      payload,
      qos: 1,
      messageId: 1,
      dup: false,
      retain: false,
    });
    connected().then(() => socket.write(publish), done.reject);
  });
  packets.on("error", (error: Error) => fail(`the answer was no MQTT: ${error.message}`, error));
  socket.on("data", (chunk: Buffer) => packets.parse(chunk));
  socket.on("error", (error) => fail(messageOf(error), error));
  socket.on("close", () => fail("the connection was closed"));
  signal.addEventListener("abort", stop, { once: true });
  socket.write(
    generate({
      ...{ cmd: "connect", protocolId: "MQTT", protocolVersion: 4, clean: true, keepalive: 60 },
      ...{ clientId, username: credentials.username, password: Buffer.from(credentials.password) },
    }),
  );
  try {
    if (signal.aborted) stop();
    await done.promise;
    socket.end(generate({ cmd: "disconnect" }), () => socket.destroy());
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/**
 * Certificates are not checked: this is the way to ourselves over the address that we listen on, and whether others can believe a
 * certificate is watched elsewhere.
 */
function openDoor({ way, host, port }: MqttDoor): Duplex {
  if (way === "tcp") return connectTcp({ host, port });
  if (way === "tls") return connectTls({ host, port, rejectUnauthorized: false });
  const scheme = way === "websocket" ? "ws" : "wss";
  const options = { rejectUnauthorized: false, perMessageDeflate: false };
  return createWebSocketStream(new WebSocket(`${scheme}://${atUrl(host)}:${port}/mqtt`, ["mqtt"], options));
}

/** An address as it stands in a URL. */
export function atUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
