import { afterEach, beforeEach, expect, test } from "vitest";
import { type ConnectionOptions, openConnection } from "../../../simulators/connection.ts";
import { createRandom } from "../../../simulators/random.ts";
import { openTestBroker, settings, until } from "./support.ts";

let broker: Awaited<ReturnType<typeof openTestBroker>>;
beforeEach(async () => {
  broker = await openTestBroker();
});
afterEach(() => broker.close());

function open(over: Partial<ConnectionOptions> = {}) {
  return openConnection({ url: broker.url, clientId: "c", random: createRandom("a"), settings, ...over });
}

test("over a wire that breaks again and again, every message arrives, first in its order", async () => {
  const connection = open();
  await connection.ready;
  const done: Promise<void>[] = [];
  for (let n = 0; n < 40; n++) {
    done.push(connection.publish({ topic: "t", payload: `${n}`, qos: 1 }));
    if (n % 3 === 0) connection.cut();
    if (n % 5 === 0) await until(() => connection.isConnected());
  }
  await Promise.all(done);
  const firsts = () => [...new Set(broker.received.map(({ payload }) => Number(payload)))];
  // This plain broker acknowledges before it publishes.
  await until(() => firsts().length === 40);
  expect(firsts()).toEqual(Array.from({ length: 40 }, (_, n) => n));
  await connection.end();
});

test("what is over the window waits, what is over the backlog is refused at once", async () => {
  const connection = open({ settings: { ...settings, window: 2, backlog: 3 } });
  await connection.ready;
  broker.broker.authorizePublish = (_client, _packet, answer) => void held.push(() => answer(null));
  const held: (() => void)[] = [];
  const outcomes = Array.from({ length: 6 }, (_, n) =>
    connection.publish({ topic: "t", payload: `${n}`, qos: 1 }).then(
      () => "sent",
      (error) => error.code,
    ),
  );
  expect(connection.outstanding()).toBe(5);
  expect(connection.hasRoom()).toBe(false);
  expect(await outcomes[5]).toBe("limit-reached");
  await until(() => {
    for (const answer of held.splice(0)) answer();
    return connection.outstanding() === 0;
  });
  await connection.room();
  expect(await Promise.all(outcomes)).toEqual(["sent", "sent", "sent", "sent", "sent", "limit-reached"]);
  await connection.end();
});

test("a connection that ended refuses messages and wakes those who wait for room", async () => {
  const connection = open({ settings: { ...settings, window: 1 } });
  await connection.ready;
  const held: (() => void)[] = [];
  broker.broker.authorizePublish = (_client, _packet, answer) => void held.push(() => answer(null));
  const given = connection.publish({ topic: "t", payload: "1", qos: 1 }).catch(({ message }) => message);
  const room = connection.room();
  await connection.drop();
  await room;
  expect(await given).toContain("has ended");
  await expect(connection.publish({ topic: "t", payload: "2", qos: 1 })).rejects.toThrow("has ended");
  for (const answer of held) answer();
});

test("a refused user name is said", async () => {
  broker.broker.authenticate = (_client, _name, _password, answer) => answer(null, false);
  const connection = open();
  await expect(connection.ready).rejects.toThrow(/refused "c": .*not authorized/i);
  await connection.drop();
});
