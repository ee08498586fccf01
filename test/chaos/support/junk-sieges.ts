import type { Socket } from "node:net";
import { encodeConnect, type Identity, packetType } from "../../../bench/support/packets.ts";
import type { Siege } from "./sieges.ts";

/** Ports of the gateway, and an account that may connect under any client id. */
export interface SiegeParts {
  readonly mqttPort: number;
  readonly httpPort: number;
  readonly account: Identity;
  readonly sockets: number;
}

/** A packet of 256 MiB is announced in the largest length that MQTT has. */
const announced = Buffer.from([0xff, 0xff, 0xff, 0x7f]);
const body = Buffer.alloc(256 * 1024, 0x20);
/** Upgrade of a WebSocket for MQTT (RFC 6455, its own example key). */
export const upgrade = (path = "/mqtt") =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n`;

/** The sieges in their order. */
export function junkSieges({ mqttPort, httpPort, account, sockets }: SiegeParts): Siege[] {
  const half = Math.ceil(sockets / 2);
  const bounds = { closedWithinMs: 5_000, growthMib: 80 };
  return [
    {
      ...{
        name: "256 MiB announced before and in CONNECT, and after it",
        sockets,
        port: mqttPort,
        ...bounds,
      },
      act(socket, n, answer) {
        if (n < half) return answer === undefined && flush(socket, Buffer.from([0x10, ...announced]));
        if (answer === undefined) socket.write(encodeConnect({ ...account, clientId: `siege-${n}` }));
        else if (answer[0]! >> 4 === packetType.connack) flush(socket, Buffer.from([0x32, ...announced]));
      },
    },
    {
      ...{ name: "256 MiB announced in a WebSocket frame", sockets, port: httpPort, ...bounds },
      act(socket, _, answer) {
        if (answer === undefined) socket.write(upgrade());
        // A masked binary frame whose length is 2^28.
        else if (answer.includes("101 Switching"))
          flush(socket, Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x10, 0, 0, 0, 1, 2, 3, 4]));
      },
    },
    {
      ...{ name: "CONNECT byte by byte, and silence", sockets, port: mqttPort },
      // The setting is 5 s; the broker's timer looks once a second.
      ...{ closedWithinMs: 6_500, growthMib: 80 },
      act(socket, n, answer) {
        if (answer !== undefined || n % 4 === 0) return;
        trickle(socket, encodeConnect({ ...account, clientId: `slow-${n}-${"x".repeat(200)}` }), 100);
      },
    },
    {
      ...{ name: "HTTP headers byte by byte, and silence", sockets, port: httpPort },
      // `slowHttp` below, and a quarter of it until somebody looks.
      ...{ closedWithinMs: 5_500, growthMib: 120 },
      act(socket, n, answer) {
        if (answer !== undefined || n % 4 === 0) return;
        trickle(socket, Buffer.from(`GET /api/v1/sites HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(300)}`), 100);
      },
    },
    {
      ...{
        name: "HTTP bodies that never end",
        sockets,
        port: httpPort,
        closedWithinMs: 5_500,
        growthMib: 120,
      },
      act(socket, n, answer) {
        if (answer !== undefined) return;
        const length = n % 2 === 0 ? "Content-Length: 1000000" : "Transfer-Encoding: chunked";
        socket.write(
          `POST /api/v1/sites HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${length}\r\n\r\n`,
        );
        trickle(socket, Buffer.from(n % 2 === 0 ? " ".repeat(300) : "1\r\n \r\n".repeat(60)), 100);
      },
    },
  ];
}

/** Settings under which the sieges of HTTP end in the time of a test. */
export const slowHttp = {
  LINLI_API_HEADERS_TIMEOUT_MS: "4000",
  LINLI_API_REQUEST_TIMEOUT_MS: "4000",
};

function flush(socket: Socket, head: Buffer): void {
  socket.write(head);
  socket.write(body);
}

function trickle(socket: Socket, bytes: Buffer, everyMs: number): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at < bytes.length) socket.write(bytes.subarray(at, ++at));
  }, everyMs);
  socket.on("close", () => clearInterval(timer));
}
