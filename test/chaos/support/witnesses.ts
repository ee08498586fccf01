import type { Gateway } from "../../../bench/support/gateway.ts";
import type { Credentials } from "../../../gateway/state/contract.ts";
import { createDeviceClient } from "./device-client.ts";
import { pause, until } from "./wait.ts";

/** What the gateway has promised beside the journal: registered devices, retained messages, messages for who is away. */
export interface Promised {
  /** Ids of devices whose registration was answered. */
  readonly devices: readonly string[];
  /** Numbers of the plain messages that were acknowledged: each is retained on its topic and waits for a subscriber. */
  readonly plain: readonly number[];
}

/** What was kept of it. */
export interface KeptReport {
  readonly lost: number;
  readonly doubled: number;
  readonly examples: readonly string[];
}

/** Programs that register devices and publish plain messages all the time. */
export interface Witnesses {
  /** What was promised up to now. */
  promised(): Promised;
  /** Asks another gateway, on a copy of the data, for what was promised. */
  check(gateway: Gateway, promised: Promised): Promise<KeptReport>;
  stop(): Promise<void>;
}

const plainTopics = 50;
const everyMs = 40;

/** Starts them. */
export async function startWitnesses(gateway: Gateway, site: string): Promise<Witnesses> {
  const account = (await gateway.call("POST", "/api/v1/accounts", {
    ...{ name: "plain", publish: ["plain/#"], subscribe: ["plain/#"] },
  })) as { credentials: Credentials };
  const keeper = { ...account.credentials, clientId: "keeper", window: 1, session: "kept" as const };
  await leaveSubscriber(gateway, keeper);
  const client = createDeviceClient({
    ...account.credentials,
    clientId: "plain-1",
    port: gateway.mqttPort,
    window: 16,
  });
  const devices: string[] = [];
  const plain: number[] = [];
  let said = 0;
  let isOver = false;

  const timer = setInterval(() => {
    const n = said + 1;
    const isSent = client.publish({
      ...{ topic: `plain/${n % plainTopics}`, payload: String(n), retain: true },
      acknowledged: () => plain.push(n),
    });
    if (isSent) said = n;
  }, everyMs);

  async function register(): Promise<void> {
    for (let n = 1; !isOver; n++) {
      await gateway.addDevices(site, [{ kind: "waste-bin", id: `late-${n}` }]);
      devices.push(`late-${n}`);
      await pause(everyMs);
    }
  }
  const registering = register();

  return {
    promised: () => ({ devices: [...devices], plain: [...plain] }),
    async check(other, promised) {
      const examples: string[] = [];
      const counts = { lost: 0, doubled: 0 };
      const note = (what: "lost" | "doubled", which: string) => {
        counts[what] += 1;
        if (examples.length < 5) examples.push(`${what}: ${which}`);
      };
      const listed = await other.list<{ id: string }>(`/api/v1/sites/${site}/devices?limit=200`);
      const ids = new Set(listed.map(({ id }) => id));
      for (const id of promised.devices) if (!ids.has(id)) note("lost", `device ${id}`);

      const queued = await collect({ ...keeper, port: other.mqttPort }, promised.plain.length);
      const times = new Map<number, number>();
      for (const { n } of queued) times.set(n, (times.get(n) ?? 0) + 1);
      for (const n of promised.plain)
        if (!times.has(n)) note("lost", `message ${n} that waited for a subscriber`);
      for (const [n, count] of times)
        if (count > 1) note("doubled", `message ${n} that waited for a subscriber`);

      const fresh = { ...account.credentials, clientId: "plain-2", window: 1, port: other.mqttPort };
      const retained = await collect(
        { ...fresh, subscribe: "plain/#" },
        Math.min(plainTopics, promised.plain.length),
      );
      const newest = new Map(retained.map(({ topic, n }) => [topic, n]));
      const due = new Map(promised.plain.map((n) => [`plain/${n % plainTopics}`, n]));
      for (const [topic, n] of due) {
        if ((newest.get(topic) ?? 0) < n)
          note("lost", `retained message ${n} on ${topic}: ${newest.get(topic)}`);
      }
      return { ...counts, examples };
    },
    async stop() {
      isOver = true;
      clearInterval(timer);
      await registering;
      client.stop();
    },
  };
}

type Subscriber = Omit<Parameters<typeof createDeviceClient>[0], "onMessage" | "onSubscribed">;

/** Subscribes, and goes: what comes from now on waits for it. */
async function leaveSubscriber(gateway: Gateway, subscriber: Omit<Subscriber, "port">): Promise<void> {
  let isSubscribed = false;
  const client = createDeviceClient({
    ...{ ...subscriber, port: gateway.mqttPort, subscribe: "plain/#" },
    onSubscribed() {
      isSubscribed = true;
    },
  });
  await until("the subscriber is known", () => isSubscribed);
  client.stop();
}

/** What a client is given: so many messages, and what comes in a moment after; for at most 3 s. */
async function collect(subscriber: Subscriber, atLeast: number): Promise<{ topic: string; n: number }[]> {
  const got: { topic: string; n: number }[] = [];
  const client = createDeviceClient({
    ...subscriber,
    onMessage: (payload, topic) => got.push({ topic, n: Number(payload.toString()) }),
  });
  const end = Date.now() + 3_000;
  while (got.length < atLeast && Date.now() < end) await pause(10);
  await pause(100);
  client.stop();
  return got;
}
