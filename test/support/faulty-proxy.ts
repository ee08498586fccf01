import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What goes wrong on the way to a server. */
export type Fault =
  | { readonly kind: "none" }
  /** Connections are closed as soon as they are made. */
  | { readonly kind: "refuse" }
  /** Connections are taken and nothing is ever answered. */
  | { readonly kind: "hang" }
  /** The connection is cut when so many bytes of requests went to the server since then. */
  | { readonly kind: "cut-request"; readonly afterBytes: number }
  /** The server gets the requests whole; the connection is cut when so many bytes of its answers came back. */
  | { readonly kind: "cut-answer"; readonly afterBytes: number }
  /** The proxy answers in the server's place. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** A proxy in front of a server. */
export interface FaultyProxy {
  readonly url: string;
  /** From now on; what is connected is cut. */
  set(fault: Fault): void;
  /** Requests that the proxy itself answered. */
  answered(): number;
  stop(): Promise<void>;
}

/** Opens a proxy on a free port that lets everything through. */
export async function openFaultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let fault: Fault = { kind: "none" };
  let answered = 0;
  /** Bytes that went the way that has a limit. */
  let passed = 0;

  const answering = createHttpServer((request, response) => {
    request.resume().on("end", () => {
      if (fault.kind !== "answer") return void request.destroy();
      answered += 1;
      response.writeHead(fault.status, { ...fault.headers, connection: "close" }).end(fault.body);
    });
  });

  const listener = createServer((client) => {
    keep(client);
    if (fault.kind === "refuse") return client.destroy();
    if (fault.kind === "hang") return client.resume();
    if (fault.kind === "answer") return answering.emit("connection", client);
    forward(client, fault);
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
  }

  function forward(client: Socket, during: Fault): void {
    const server = connect(Number(port), hostname);
    keep(server);
    pass(client, server, during.kind === "cut-request" ? during.afterBytes : undefined);
    pass(server, client, during.kind === "cut-answer" ? during.afterBytes : undefined);
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroy());
  }

  function pass(from: Socket, to: Socket, limit = Number.POSITIVE_INFINITY): void {
    from.on("data", (chunk) => {
      const room = limit - passed;
      if (limit !== Number.POSITIVE_INFINITY) passed += chunk.length;
      if (chunk.length <= room) return void to.write(chunk);
      // What comes before the cut still arrives.
      to.write(chunk.subarray(0, Math.max(room, 0)), () => {
        from.destroy();
        to.destroy();
      });
    });
  }

  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    set(next) {
      fault = next;
      passed = 0;
      for (const socket of sockets) socket.destroy();
    },
    answered: () => answered,
    async stop() {
      listener.close();
      for (const socket of sockets) socket.destroy();
      answering.close();
      await once(listener, "close");
    },
  };
}
