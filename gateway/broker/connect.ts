import { randomUUID } from "node:crypto";
import { GatewayError, messageOf } from "../errors.ts";
import type { PeerCertificate, Principal } from "../types.ts";
import { claimOn, mayWill } from "./access.ts";
import type { Connect, Core, Peer } from "./aedes.ts";
import type { BrokerParts } from "./contract.ts";
import type { Flapping } from "./flapping.ts";
import type { Meters } from "./meters.ts";
import { faultOfTopic, isClean } from "./topics.ts";

/** CONNACK return codes of MQTT 3.1.1; aedes makes the MQTT 5 reason codes of them. */
const badId = 2;
const unavailable = 3;
const badCredentials = 4;
const notAuthorised = 5;

interface ConnectParts
  extends Pick<
    BrokerParts,
    "settings" | "log" | "clock" | "identify" | "identifyDevice" | "isExempt" | "credentialEvent"
  > {
  readonly meters: Meters;
  readonly flapping: Flapping;
  readonly core: Core;
  /** The broker as an account with large packets sees it. */
  readonly largeCore: Core;
  readonly isStopping: () => boolean;
  /** Who owns the kept session of a client id. */
  readonly ownerOf: (clientId: string) => string | undefined;
  /** Forgets a session that belonged to somebody else. */
  readonly forget: (clientId: string) => void;
}

/** The two hooks between CONNECT and CONNACK: is the packet sound, and who is it. */
export function createConnect(parts: ConnectParts) {
  const { settings, meters, clock, flapping } = parts;

  function preConnect(peer: Peer, packet: Connect, done: (error: Error | null, go: boolean) => void): void {
    const connection = peer.connection;
    const fault = faultOfConnect(packet, settings);
    if (fault !== undefined) {
      meters.refused.add(fault);
      connection.ending = "refused";
      done(new GatewayError("broker-refused", `CONNECT refused: ${fault}`), false);
      return;
    }
    connection.stopHandshake = clock.after(settings.handshakeTimeoutMs, () => {
      meters.refused.add("handshake-timeout");
      connection.ending = "refused";
      peer.conn.destroy();
    });
    const name = packet.username ?? connection.certificate?.name;
    if (packet.clientId === "" && name !== undefined) {
      packet.clientId = `${name}~${randomUUID()}`;
      connection.assignedId = true;
    }
    // Aedes refuses a 3.1.1 client without keep-alive when a limit is set; many devices send 0, so it is given the limit.
    if (packet.protocolVersion < 5) {
      packet.keepalive =
        packet.keepalive === 0 ? settings.keepaliveMaxS : Math.min(packet.keepalive, settings.keepaliveMaxS);
    }
    done(null, true);
  }

  function authenticate(
    peer: Peer,
    username: string | undefined,
    password: Buffer | undefined,
    done: (error: Error | null, ok: boolean) => void,
  ): void {
    const { connection } = peer;
    const admission = admit(peer, username, password);
    if ("returnCode" in admission) {
      const { returnCode, reason, message } = admission;
      meters.refused.add(reason);
      connection.ending = "refused";
      if (returnCode !== unavailable || reason === "banned") {
        const { address } = connection;
        parts.credentialEvent?.({ what: "refused", username, clientId: peer.id, address, reason });
      }
      parts.log.debug({ clientId: peer.id, address: connection.address, reason }, "connection refused");
      done(Object.assign(new GatewayError("broker-refused", message), { returnCode }), false);
      return;
    }
    const { principal } = admission;
    const holder = parts.core.clients[peer.id];
    if (holder !== undefined) {
      meters.takeovers.add();
      if (flapping.tookOver(peer.id) && !(parts.isExempt?.(principal) ?? false)) {
        const { address } = connection;
        parts.credentialEvent?.({ what: "banned", principal, clientId: peer.id, address });
      }
      // One whose credentials ended stays shut out while it closes.
      if (holder.connection.ending !== "kicked") holder.connection.ending = "taken-over";
    }
    connection.principal = principal;
    if (connection.assignedId) peer._assignedClientId = peer.id;
    if (settings.largePacketAccounts.includes(principal.name)) peer.broker = parts.largeCore;
    done(null, true);
  }

  function admit(
    peer: Peer,
    username: string | undefined,
    password: Buffer | undefined,
  ): { principal: Principal } | Refused {
    if (parts.isStopping()) return refused(unavailable, "stopping", "the gateway stops");
    let identified: { principal: Principal } | Refused;
    try {
      identified = whoIs({ certificate: peer.connection.certificate, username, password });
    } catch (error) {
      parts.log.error({ error: messageOf(error) }, "credentials could not be checked");
      meters.faults.add();
      return refused(unavailable, "identify-failed", "credentials could not be checked");
    }
    if ("returnCode" in identified) return identified;
    const { principal } = identified;
    const claim = claimOn(peer.id, principal);
    if (claim === 0) {
      return refused(badId, "identity", `the client id must begin with "${principal.name}"`);
    }
    if (peer._will != null && !mayWill(principal, peer._will.topic)) {
      return refused(notAuthorised, "will-denied", `a will on "${peer._will.topic}" is not allowed`);
    }
    if (flapping.isBanned(peer.id) && !(parts.isExempt?.(principal) ?? false)) {
      return refused(unavailable, "banned", "two connections fight over this client id");
    }
    const holder = parts.core.clients[peer.id]?.connection.principal;
    const owner = holder?.name ?? parts.ownerOf(peer.id);
    if (owner !== undefined && owner !== principal.name) {
      // An id belongs to who is named in it: a device takes its own name back, one that it merely begins with it does not.
      if (claim <= (holder === undefined ? 2 : claimOn(peer.id, holder))) {
        return refused(badId, "client-id-taken", "the client id belongs to another credential");
      }
      parts.forget(peer.id);
    }
    return { principal };
  }

  /** A certificate or a password is enough, but what is given must be right. */
  function whoIs({ certificate, username, password }: Shown): { principal: Principal } | Refused {
    if (certificate !== undefined) {
      const { name, fault } = certificate;
      if (name === undefined) {
        return refused(
          notAuthorised,
          "certificate-untrusted",
          `the client certificate is not believed: ${fault}`,
        );
      }
      if (username !== undefined && username !== name) {
        return refused(
          notAuthorised,
          "certificate-of-another",
          `the client certificate is that of "${name}"`,
        );
      }
      if (password === undefined) {
        const principal = parts.identifyDevice?.(name);
        if (principal !== undefined) return { principal };
        return refused(notAuthorised, "certificate-unknown", `no device "${name}" is registered`);
      }
    }
    const user = username ?? certificate?.name;
    if (user === undefined || password === undefined) {
      return refused(badCredentials, "credentials", "user name and password are needed");
    }
    const principal = parts.identify(user, password);
    return principal === undefined
      ? refused(badCredentials, "credentials", "unknown user name or wrong password")
      : { principal };
  }

  return { preConnect, authenticate };
}

/** What a client shows of who it is. */
interface Shown {
  readonly certificate: PeerCertificate | undefined;
  readonly username: string | undefined;
  readonly password: Buffer | undefined;
}

interface Refused {
  readonly returnCode: number;
  readonly reason: string;
  readonly message: string;
}

function refused(returnCode: number, reason: string, message: string): Refused {
  return { returnCode, reason, message };
}

function faultOfConnect(packet: Connect, settings: BrokerParts["settings"]): string | undefined {
  if (packet.length > settings.connectBytes) return "connect-too-large";
  const { clientId, username, will } = packet;
  // Aedes keeps clients in a plain object: `__proto__` finds something there that is no client, and the broker falls.
  if (clientId.length > settings.nameChars || !isClean(clientId) || clientId in Object.prototype)
    return "client-id";
  if (clientId === "" && (packet.protocolVersion === 3 || !packet.clean)) return "client-id-empty";
  if (
    username !== undefined &&
    (username === "" || username.length > settings.nameChars || !isClean(username))
  ) {
    return "user-name";
  }
  if (will === undefined) return undefined;
  if (will.qos > 2) return "will-qos";
  return faultOfTopic(will.topic, settings) === undefined ? undefined : "will-topic";
}
