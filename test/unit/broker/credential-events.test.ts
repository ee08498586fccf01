import { afterEach, expect, test } from "vitest";
import type { CredentialEvent } from "../../../gateway/broker/contract.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import {
  aBroker,
  aClient,
  aDevice,
  aSocket,
  type BrokerOptions,
  type ConnectOptions,
  cleanUp,
  connectPacket,
} from "./support.ts";

afterEach(cleanUp);

/** A broker and what it told of credentials. */
async function aTellingBroker(options: BrokerOptions = {}) {
  const told: CredentialEvent[] = [];
  const parts = await aBroker({ credentialEvent: (event) => void told.push(event), ...options });
  async function attempt(name: string, connection: ConnectOptions = {}): Promise<number> {
    const socket = await aSocket(parts.port);
    socket.send(connectPacket(name, connection));
    return Number((await socket.next("connack")).returnCode);
  }
  return { ...parts, told, attempt };
}

test("a CONNECT that is refused for what it says of itself is told, without the password", async () => {
  const { told, attempt } = await aTellingBroker();
  expect(await attempt("xinfa/b1", { password: "a guess" })).toBe(4);
  expect(await attempt("xinfa/b1", { clientId: "xinfa/b2" })).toBe(2);
  expect(await attempt("xinfa/b1")).toBe(0);
  expect(told).toMatchObject([
    { what: "refused", username: "xinfa/b1", clientId: "xinfa/b1", reason: "credentials" },
    { what: "refused", username: "xinfa/b1", clientId: "xinfa/b2", reason: "identity" },
  ]);
  expect(JSON.stringify(told)).not.toContain("a guess");
});

test("that credentials cannot be checked says nothing of them", async () => {
  const identify = () => {
    throw new Error("the database is gone");
  };
  const { told, attempt } = await aTellingBroker({ identify });
  expect(await attempt("xinfa/b1")).toBe(3);
  expect(told).toEqual([]);
});

test("a ban is told once when it begins, and each CONNECT that it refuses", async () => {
  const isExempt = ({ name }: { name: string }) => name === "xinfa/fire";
  const { told, attempt } = await aTellingBroker({ clock: createFakeClock(), isExempt });
  for (let i = 0; i < 16; i++) expect(await attempt("xinfa/b1")).toBe(0);
  for (let i = 0; i < 2; i++) expect(await attempt("xinfa/b1")).toBe(3);
  for (let i = 0; i < 20; i++) expect(await attempt("xinfa/fire")).toBe(0);
  expect(told).toMatchObject([
    { what: "banned", principal: aDevice("xinfa/b1"), clientId: "xinfa/b1" },
    { what: "refused", reason: "banned" },
    { what: "refused", reason: "banned" },
  ]);
});

test("connections that end with their credentials are told with their number, and nothing when there is none", async () => {
  const { told, broker, port } = await aTellingBroker();
  const clients = [];
  for (const clientId of ["a", "b"]) clients.push(await aClient(port, "bridge", { clientId }));
  broker.disconnect("bridge");
  for (const client of clients) await client.closed();
  broker.disconnect("nobody");
  expect(told).toMatchObject([{ what: "ended", principal: { name: "bridge" }, connections: 2 }]);
});
