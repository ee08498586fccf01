import { afterEach, describe, expect, test } from "vitest";
import { judgePublish, maySubscribe, mayWill } from "../../../gateway/broker/access.ts";
import {
  type TopicAction,
  type TopicClass,
  type TopicRight,
  topicRights,
} from "../../../gateway/broker/topic-rights.ts";
import type { Principal } from "../../../gateway/types.ts";
import {
  aBroker,
  aClient,
  anAccount,
  aSocket,
  cleanUp,
  connectPacket,
  identify,
  publish,
  subscribe,
  type TestBroker,
  until,
} from "./support.ts";

afterEach(cleanUp);

const root = "linli/v1/xinfa/waste-bin/b1";
const station = "linli/v1/xinfa/gateway/drill";
/** Publishes and subscribes as declared here; not `wide` is only declared what it needs. */
const accounts: Readonly<Record<string, Principal>> = {
  bridge: anAccount(
    "bridge",
    ["linli/v1/xinfa/waste-bin/+/telemetry", "zigbee2mqtt/#"],
    ["linli/v1/xinfa/#", "zigbee2mqtt/+/state"],
  ),
  wide: anAccount("wide", ["#"], ["#"]),
  idle: anAccount("idle", [], []),
  $gateway: { type: "gateway", name: "$gateway", publish: [], subscribe: [] },
};

function typeOf(who: string): Principal["type"] {
  return who.includes("/") ? "device" : accounts[who]!.type;
}

type Cells = Readonly<Record<TopicAction, TopicRight>>;
type Case = readonly [who: string, topicClass: TopicClass, topic: string, cells: Cells];

const no: Cells = { publish: "no", subscribe: "no", will: "no" };
const up: Cells = { publish: "taken", subscribe: "no", will: "no" };
const down: Cells = { publish: "taken", subscribe: "yes", will: "no" };
const gateway: Cells = { publish: "taken", subscribe: "yes", will: "taken" };
const plain: Cells = { publish: "routed", subscribe: "yes", will: "routed" };

// Written out, and not read from the table: a change there must be made here a second time.
const cases: readonly Case[] = [
  ["xinfa/b1", "own-status", `${root}/status`, { publish: "taken", subscribe: "no", will: "taken" }],
  ["xinfa/b1", "own-up", `${root}/telemetry`, up],
  ["xinfa/b1", "own-up", `${root}/event`, up],
  ["xinfa/b1", "own-up", `${root}/reply`, up],
  ["xinfa/b1", "own-down", `${root}/command`, down],
  ["xinfa/b1", "own-down", `${root}/reject`, down],
  ["xinfa/b1", "own-other", `${root}/config`, up],
  ["xinfa/b1", "own-other", `${root}/telemetry/deep`, up],
  ["xinfa/b1", "own-other", `${root}/status/x`, up],
  // The device itself, another of its site, one whose name begins with its own, another kind, another site.
  ["xinfa/b1", "foreign", root, no],
  ["xinfa/b1", "foreign", "linli/v1/xinfa/waste-bin/b2/status", no],
  ["xinfa/b1", "foreign", "linli/v1/xinfa/waste-bin/b2/command", no],
  ["xinfa/b1", "foreign", `${root}0/telemetry`, no],
  ["xinfa/b1", "foreign", "linli/v1/xinfa/access-gate/b1/status", no],
  ["xinfa/b1", "foreign", "linli/v1/yida/waste-bin/b1/status", no],
  ["xinfa/b1", "foreign", "linli/v2/xinfa/waste-bin/b1/status", no],
  ["xinfa/b1", "foreign", "linli", no],
  ["xinfa/b1", "foreign", "news", no],
  ["xinfa/b1", "reserved", "$SYS/broker/clients", no],
  ["bridge", "declared-own", `${root}/telemetry`, gateway],
  ["bridge", "foreign", "linli/v1/yida/waste-bin/b1/telemetry", no],
  ["bridge", "declared-plain", "zigbee2mqtt/lamp/state", plain],
  ["bridge", "foreign", "homeassistant/lamp/state", no],
  ["bridge", "reserved", "$SYS/broker/clients", no],
  ["wide", "declared-own", "linli", gateway],
  ["wide", "declared-own", `${root}/command`, gateway],
  ["wide", "declared-own", "linli/v9/anything", gateway],
  ["wide", "declared-plain", "anything", plain],
  ["wide", "reserved", "$SYS/broker/x/new/clients", no],
  ["idle", "foreign", "anything", no],
  ["idle", "foreign", `${root}/telemetry`, no],
  // Nobody but the gateway speaks for what stands for it, whatever an account has declared.
  ["xinfa/b1", "internal", `${station}/telemetry`, no],
  ["wide", "internal", `${station}/telemetry`, no],
  ["wide", "internal", "linli/v1/gateway/gateway/self-test/telemetry", no],
  ["wide", "internal", station, no],
  ["bridge", "internal", `${station}/telemetry`, no],
  ["$gateway", "internal", `${station}/telemetry`, up],
  ["$gateway", "foreign", `${root}/telemetry`, no],
  ["$gateway", "foreign", "anything", no],
  ["$gateway", "reserved", "$SYS/broker/clients", no],
];

/** Filters that no topic can be. */
const filters: readonly (readonly [who: string, filter: string, right: "yes" | "no"])[] = [
  ["xinfa/b1", `${root}/+`, "no"],
  ["xinfa/b1", `${root}/#`, "no"],
  ["xinfa/b1", "linli/v1/xinfa/+/b1/command", "no"],
  ["xinfa/b1", "#", "no"],
  ["xinfa/b1", "$SYS/#", "no"],
  ["xinfa/b1", `$share/g/${root}/command`, "no"],
  ["bridge", "linli/v1/xinfa/#", "yes"],
  ["bridge", "linli/v1/xinfa/+/b1/command", "yes"],
  ["bridge", "linli/v1/+/waste-bin/b1/status", "no"],
  ["bridge", "linli/#", "no"],
  ["bridge", "zigbee2mqtt/+/state", "yes"],
  ["bridge", "zigbee2mqtt/#", "no"],
  ["bridge", "$share/g/zigbee2mqtt/+/state", "no"],
  ["wide", "#", "yes"],
  ["wide", "$SYS/#", "no"],
  ["wide", "$share/g/#", "no"],
  ["idle", "#", "no"],
];

function open(): Promise<TestBroker> {
  return aBroker({
    identify: (username, password) =>
      accounts[username] === undefined ? identify(username, password) : accounts[username],
  });
}

/** A client of this name; each has an id of its own. */
function connect({ port }: TestBroker, who: string, id: number) {
  return aClient(port, who, { version: 5, clientId: `${who}-${id}` });
}

/** A subscriber to everything, and whether a message came to it or to the gateway. */
async function aWitness(broker: TestBroker) {
  const witness = await connect(broker, "wide", 999);
  witness.send(subscribe("#"));
  await witness.next("suback");
  return async (payload: string): Promise<TopicRight> => {
    const came = () =>
      broker.taken.some((message) => String(message.payload) === payload)
        ? "taken"
        : witness.got.some(({ cmd, payload: got }) => cmd === "publish" && String(got) === payload)
          ? "routed"
          : "no";
    await until(() => came() !== "no", `${payload} to arrive`);
    return came();
  };
}

test("every cell of the table is walked", () => {
  const walked = new Set(cases.map(([who, topicClass]) => `${typeOf(who)} ${topicClass}`));
  const declared = Object.entries(topicRights).flatMap(([type, rows]) =>
    Object.keys(rows).map((topicClass) => `${type} ${topicClass}`),
  );
  expect([...walked].toSorted()).toEqual(declared.toSorted());
});

test.each(cases)("the table says of %s and its %s what is meant", (who, topicClass, _, cells) => {
  expect(topicRights[typeOf(who)][topicClass]).toEqual(cells);
});

test("what begins with $ is refused also where nothing else looked at it, and whatever was declared", () => {
  const everything = anAccount("odd", ["#", "$SYS/#"], ["#", "$SYS/#"]);
  expect(judgePublish(everything, "$SYS/broker/clients")).toBe("denied");
  expect(mayWill(everything, "$SYS/broker/clients")).toBe(false);
  expect(maySubscribe(everything, "$SYS/#")).toBe(false);
});

describe("over a connection", () => {
  test("publishing is as the table says", async () => {
    const broker = await open();
    const arrival = await aWitness(broker);
    for (const [index, [who, , topic, cells]] of cases.entries()) {
      const client = await connect(broker, who, index);
      const payload = `p${index}`;
      client.send(publish(topic, { payload }));
      const { reasonCode } = await client.next("puback");
      const right = reasonCode === 0x87 ? "no" : await arrival(payload);
      expect(`${who} publishes ${topic}: ${right}`).toBe(`${who} publishes ${topic}: ${cells.publish}`);
    }
    expect(broker.taken.filter(({ will }) => will)).toEqual([]);
  });

  test("subscribing is as the table says", async () => {
    const broker = await open();
    const all = [
      ...cases.map(([who, , topic, { subscribe }]) => [who, topic, subscribe] as const),
      ...filters,
    ];
    for (const [index, [who, filter, right]] of all.entries()) {
      const client = await connect(broker, who, index);
      client.send(subscribe(filter));
      const [code] = (await client.next("suback")).granted as number[];
      const got = code === 1 ? "yes" : "no";
      expect(`${who} subscribes ${filter}: ${got}`).toBe(`${who} subscribes ${filter}: ${right}`);
    }
  });

  test("a will is as the table says", async () => {
    const broker = await open();
    const arrival = await aWitness(broker);
    for (const [index, [who, , topic, cells]] of cases.entries()) {
      const payload = `w${index}`;
      const will = { topic, payload: Buffer.from(payload), qos: 1, retain: false };
      const client = await aSocket(broker.port, 5);
      client.send(connectPacket(who, { version: 5, clientId: `${who}-${index}`, will }));
      // What begins with `$` is no sound CONNECT at all and closed without a word.
      const admitted = await Promise.race([
        client
          .next("connack")
          .then(({ reasonCode }) => reasonCode === 0)
          .catch(() => false),
        client.closed().then(() => false),
      ]);
      client.end();
      const right = admitted ? await arrival(payload) : "no";
      expect(`${who} wills ${topic}: ${right}`).toBe(`${who} wills ${topic}: ${cells.will}`);
    }
    for (const { payload, will } of broker.taken) {
      if (String(payload).startsWith("w")) expect(will).toBe(true);
    }
  });

  test("no wildcard is published to, nor may a will have one", async () => {
    const broker = await open();
    for (const [index, topic] of [`${root}/+`, "#", "zigbee2mqtt/+"].entries()) {
      for (const who of ["xinfa/b1", "bridge", "wide"]) {
        const client = await connect(broker, who, index);
        client.send(publish(topic));
        await client.closed();
      }
    }
    expect(broker.taken).toEqual([]);
  });
});
