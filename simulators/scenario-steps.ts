import type { Sample } from "../devices/kit/kind.ts";
import { GatewayError } from "../gateway/errors.ts";
import type { ActorMessage } from "./actor.ts";
import { junkPayloads, junkTopics, soundSample } from "./junk.ts";
import { junkPackets, throwPacket } from "./junk-packets.ts";
import type { ActualAlert } from "./scenario-compare.ts";
import type { ActionInput, ActionName, Scenario } from "./scenario-file.ts";
import type { Player, Stage } from "./scenario-stage.ts";

/** Does one step of a scenario. Throws `scenario-failed`. */
export async function playStep(stage: Stage, step: Scenario["steps"][number]): Promise<void> {
  for (const [name, input] of Object.entries(step)) {
    if (name === "note" || input === undefined) continue;
    const act = actions[name as ActionName] as (stage: Stage, input: unknown) => Promise<void>;
    await act(stage, input);
  }
}

/** One line about a step, for people. */
export function describeStep({ note, ...step }: Scenario["steps"][number]): string {
  const [name, input] = Object.entries(step).find(([, given]) => given !== undefined) as [string, unknown];
  return note ?? `${name} ${typeof input === "number" ? `${input} ms` : JSON.stringify(input)}`;
}

type Actions = { [name in ActionName]: (stage: Stage, input: ActionInput[name]) => Promise<void> };

const actions: Actions = {
  async connect(stage, devices) {
    await each(stage.select(devices), async (player) => {
      if (player.connection !== undefined) player.actor.reboot();
      await player.connection?.drop();
      await stage.connect(player);
    });
  },
  async drop(stage, devices) {
    await each(stage.select(devices), async (player) => {
      await player.connection?.drop();
      player.connection = undefined;
      player.actor.reboot();
    });
  },
  async leave(stage, devices) {
    await each(stage.select(devices), async (player) => {
      await player.connection?.end();
      player.connection = undefined;
      player.actor.reboot();
    });
  },
  async cut(stage, devices) {
    for (const player of stage.select(devices)) player.connection?.cut();
  },
  async send(stage, { devices, telemetry, event, times }) {
    const sample = {
      stream: telemetry === undefined ? "event" : "telemetry",
      payload: telemetry ?? event ?? {},
    } as const;
    await each(stage.select(devices), (player) =>
      stage.send(
        player,
        Array.from({ length: times }, () => numbered(stage, player, sample)),
      ),
    );
  },
  raise: (stage, input) => sendExample(stage, input, "raise"),
  clear: (stage, input) => sendExample(stage, input, "clear"),
  async provoke(stage, { devices, condition, for: forMs }) {
    await each(stage.select(devices), async (player) => {
      await stage.send(player, player.actor.provoke(condition, player.lifeTime));
      await live(stage, player, forMs);
    });
  },
  async live(stage, { devices, for: forMs }) {
    await each(stage.select(devices), (player) => live(stage, player, forMs));
  },
  async again(stage, { devices, times }) {
    await each(stage.select(devices), async (player) => {
      if (player.lastSent === undefined)
        throw new GatewayError("scenario-failed", `${player.id} has sent nothing yet`);
      await stage.send(player, Array<ActorMessage>(times).fill(player.lastSent));
    });
  },
  async reorder(stage, { devices, telemetry }) {
    await each(stage.select(devices), async (player) => {
      const messages: ActorMessage[] = [];
      for (const payload of telemetry) {
        messages.push(numbered(stage, player, { stream: "telemetry", payload }));
        // Distinct device times, so that the order is plain from them too.
        await stage.wait(2);
      }
      await stage.send(player, messages.reverse());
    });
  },
  async flap(stage, { devices, times, telemetry }) {
    await each(stage.select(devices), async (player) => {
      const sent: Promise<void>[] = [];
      for (let round = 0; round < times; round++) {
        sent.push(stage.send(player, [numbered(stage, player, { stream: "telemetry", payload: telemetry })]));
        player.connection?.cut();
        await stage.wait(1);
        while (player.connection?.isConnected() === false) await stage.wait(5);
      }
      await Promise.all(sent);
    });
  },
  async clock(stage, { devices, offset }) {
    for (const player of stage.select(devices)) player.clockOffsetMs = offset;
  },
  async junk(stage, input) {
    const { devices, packets } = input;
    await each(stage.select(devices), (player) => sendJunk(stage, player, input));
    const { hostname, port } = new URL(stage.brokerUrl);
    const target = { host: hostname, port: Number(port || 1883) };
    const source = junkPackets(stage.random);
    for (let thrown = 0; thrown < packets; thrown += 20) {
      const group = Array.from({ length: Math.min(20, packets - thrown) }, () => source.next().value);
      await Promise.all(group.map(({ bytes }) => throwPacket(target, bytes, 200)));
    }
  },
  async await(stage, { devices, rule, state, within }) {
    const players = stage.select(devices);
    const until = stage.clock.now() + within;
    for (;;) {
      const alerts = await stage.api.all<ActualAlert>(`/alerts?site=${stage.site}`);
      const isSo = ({ actor }: Player) =>
        alerts.find((alert) => `linli/v1/${alert.device}` === actor.topic && alert.rule === rule)?.state ===
        state;
      const late = players.filter((player) => !isSo(player));
      if (late.length === 0) return;
      if (stage.clock.now() > until) {
        throw new GatewayError(
          "scenario-failed",
          `${rule} of ${late.map(({ id }) => id).join(", ")} is not ${state} after ${within} ms`,
        );
      }
      await stage.wait(50);
    }
  },
  pause: (stage, ms) => stage.wait(ms / stage.speed),
};

async function each(players: readonly Player[], act: (player: Player) => Promise<void>): Promise<void> {
  await Promise.all(players.map(act));
}

/** A time that the file gives stays; otherwise the device's own clock says it. */
function numbered({ clock }: Stage, player: Player, { stream, payload }: Sample): ActorMessage {
  const ts = clock.now() + player.clockOffsetMs;
  return player.actor.number({ stream, payload: { ts, ...payload } });
}

async function sendExample(
  stage: Stage,
  { devices, rule: id }: { devices: string | string[]; rule: string },
  part: "raise" | "clear",
): Promise<void> {
  await each(stage.select(devices), async (player) => {
    const rule = player.kind.rules.find((candidate) => candidate.id === id);
    if (rule === undefined) {
      const known = player.kind.rules.map((candidate) => candidate.id).join(", ");
      throw new GatewayError("scenario-failed", `${player.id} has no rule ${id}; there are ${known}`);
    }
    await stage.send(
      player,
      rule.example[part].map((sample) => numbered(stage, player, sample)),
    );
  });
}

async function live(stage: Stage, player: Player, forMs: number): Promise<void> {
  if (forMs === 0) return;
  player.lifeTime += forMs;
  await stage.send(player, player.actor.step(player.lifeTime));
}

async function sendJunk(
  stage: Stage,
  player: Player,
  { payloads, topics }: ActionInput["junk"],
): Promise<void> {
  const { stream, payload: sound } = soundSample(player.kind, stage.random);
  const own = `${player.actor.topic}/${stream}`;
  const source = junkPayloads({ random: stage.random, sound });
  if (topics === "foreign") return tryTopics(stage, player, { own, times: payloads });
  for (let sent = 0; sent < payloads; sent++) {
    await stage.send(player, [{ topic: own, payload: source.next().value.payload, qos: 1 }]);
  }
}

/** Each try may cost the device its connection, which is right; QoS 0, or it would try the same again for ever. */
async function tryTopics(
  stage: Stage,
  { connection }: Player,
  { own, times }: { own: string; times: number },
): Promise<void> {
  const topics = junkTopics({ random: stage.random, own });
  for (let sent = 0; sent < times; sent++) {
    while (connection?.isConnected() === false) await stage.wait(5);
    connection?.send({ topic: topics[sent % topics.length] as string, payload: "{}", qos: 0 });
    await stage.wait(20);
  }
}
