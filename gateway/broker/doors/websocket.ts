import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createWebSocketStream, type WebSocket, WebSocketServer } from "ws";

/** Close code for text where binary is required. */
const unsupportedData = 1003;

/**
 * Makes the WebSocket door: a function that takes over an HTTP upgrade. The sub-protocol must be `mqtt` [MQTT-6.0.0-3]
 * (or `mqttv3.1`), frames must be binary [MQTT-6.0.0-1]. No compression: it costs more memory than it saves bytes.
 */
export function createWebSocketDoor({
  maxFrameBytes,
  attach,
}: {
  maxFrameBytes: number;
  attach: (stream: Duplex, arrival: { address: string; request: IncomingMessage }) => void;
}): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    handleProtocols: (offered) => ["mqtt", "mqttv3.1"].find((name) => offered.has(name)) ?? false,
  });

  function opened(webSocket: WebSocket, request: IncomingMessage): void {
    (request.socket as Socket).setNoDelay?.(true);
    // What is too large or no frame is not read to its end: ws would take it off the socket for as long as it comes.
    webSocket.once("error", () => webSocket.terminate());
    webSocket.on("message", (_data, isBinary) => {
      if (!isBinary) webSocket.close(unsupportedData, "binary frames only");
    });
    attach(createWebSocketStream(webSocket), { address: request.socket.remoteAddress ?? "", request });
  }

  return (request, socket, head) => {
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
    if (!offered.includes("mqtt") && !offered.includes("mqttv3.1")) {
      socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nthe sub-protocol must be mqtt\n");
      return;
    }
    server.handleUpgrade(request, socket, head, opened);
  };
}
