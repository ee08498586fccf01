import type { TLSSocket } from "node:tls";
import type { PeerCertificate } from "../types.ts";

/** What the client of a finished handshake showed: whom it names, or why it is not believed; undefined when it showed nothing. */
export function peerOf(socket: TLSSocket): PeerCertificate | undefined {
  const { subject, serialNumber } = socket.getPeerCertificate();
  if (subject === undefined) return undefined;
  const serial = serialNumber ?? "";
  if (!socket.authorized) {
    // Node's types say Error; it is OpenSSL's word for the reason.
    return { name: undefined, serial, fault: String(socket.authorizationError ?? "not verified") };
  }
  // A subject with several common names names nobody.
  const { CN: name } = subject as { CN?: string | string[] };
  return typeof name === "string" && name !== ""
    ? { name, serial, fault: undefined }
    : { name: undefined, serial, fault: "NO_COMMON_NAME" };
}
