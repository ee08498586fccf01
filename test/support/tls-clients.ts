import { once } from "node:events";
import { type RequestOptions, request } from "node:https";
import { connect as connectPlain, type Socket } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import type { MqttClient } from "mqtt";

/** The value of one metric: `tls_reloads_total{result="used"}`; 0 when it is not there. */
export async function metricOf({ url }: { url: string }, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split("\n").find((entry) => entry.startsWith(`linli_${name} `));
  return Number(line?.split(" ")[1] ?? 0);
}

/** The end of a client or socket; a socket that has ended already counts too. */
export async function ended(one: MqttClient | Socket): Promise<void> {
  if ("closed" in one && one.closed) return;
  await new Promise<void>((resolve) => void (one as Socket).once("close", () => resolve()));
}

/** A TCP socket that says nothing of TLS by itself. */
export function rawSocket(port: number): Socket {
  return connectPlain(port, "127.0.0.1").on("error", () => {});
}

/** A socket whose handshake is done. */
export async function greeted(options: ConnectionOptions & { port: number | undefined }): Promise<TLSSocket> {
  const socket = connect({ host: "localhost", ...options } as ConnectionOptions);
  await once(socket, "secureConnect");
  return socket.on("error", () => {});
}

/** Asks over HTTPS on a connection of its own; the answer whose body is still to be read. */
export async function askSecurely(options: RequestOptions) {
  const asked = request({ host: "localhost", family: 4, agent: false, ...options }).end();
  const [response] = await once(asked, "response");
  return response;
}

/** Asks over HTTPS and reads the answer whole. */
export async function getSecurely(options: RequestOptions) {
  const response = await askSecurely(options);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}
