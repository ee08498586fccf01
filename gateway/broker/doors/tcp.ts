import { createServer, type Server, type Socket } from "node:net";
import { cannotListen } from "../../errors.ts";

/** A listener that is open. */
export interface Door {
  readonly port: number;
  /** Stops taking sockets; those taken stay. */
  close(): void;
}

/** Opens the plain TCP door. Throws `port-taken`. */
export function openTcp({
  host,
  port,
  attach,
}: {
  host: string;
  port: number;
  attach: (socket: Socket, arrival: { address: string }) => void;
}): Promise<Door> {
  // Without noDelay a burst of acknowledgements waits 40 ms for the client's delayed TCP acknowledgement.
  const server = createServer({ noDelay: true }, (socket) =>
    attach(socket, { address: socket.remoteAddress ?? "" }),
  );
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      reject(cannotListen({ what: "MQTT", host, port, variable: "LINLI_MQTT_PORT", cause }));
    });
    server.listen({ host, port, backlog: 1024 }, () => resolve(doorOf(server)));
  });
}

function doorOf(server: Server): Door {
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: () => void server.close(),
  };
}
