import { GatewayError } from "../../gateway/errors.ts";
import type { CommandKind, SimulatedMessage, Simulator, Value } from "./kind.ts";
import { firstBeat, nextBeat } from "./patterns.ts";
import { createTimeline, type Timeline } from "./timeline.ts";

/** Values by field; one that is undefined is left out of a message. */
export type Said = Readonly<Record<string, Value | undefined>>;

/** What happens to a simulated device: its values change, with an event or told by telemetry. Or a function that does it. */
export type Happening = Said | ((at: number) => void);

/** The living part of a simulated device, for what a kind lets happen to it. */
export interface Puppet<V extends Said> {
  /** What the device reports now. */
  readonly values: V;
  /** Lets something happen once at a moment, epoch ms. */
  readonly plan: Timeline["plan"];
  /** Lets something happen again at each moment that it returns. */
  readonly repeat: Timeline["repeat"];
  /** Changes what it reports and says all of it. */
  telemetry(at: number, change?: Said): void;
  /** Something happened: says it with `change`, and keeps those of its values that the device reports. */
  event(at: number, name: string, change?: Said): void;
}

/** How a simulated device behaves. */
export interface Behaviour {
  readonly commands: Readonly<Record<string, CommandKind>>;
  /** Does what a command asks; a text says why it will not. */
  readonly obey: Readonly<
    Record<string, (args: Readonly<Record<string, unknown>>, at: number) => string | undefined>
  >;
  /** What brings about the condition of each rule but `offline`, which is made here. */
  readonly conditions: Readonly<Record<string, Happening>>;
}

/**
 * Makes a simulated device that beats at its interval and starts, and after each condition ends, with the values `normal`.
 * `behave` plans its life on the puppet and says what it does on demand. An unknown condition throws `scenario-failed`.
 */
export function createSimulator<V extends Said>(
  parts: { start: number; random: () => number; intervalMs: number; normal: V },
  behave: (puppet: Puppet<V>) => Behaviour,
): Simulator {
  const { start, random, intervalMs } = parts;
  const timeline = createTimeline();
  const values: Record<string, Value | undefined> = { ...parts.normal };
  const normal = Object.entries(parts.normal);
  let said: SimulatedMessage[] = [];
  let isSilent = false;

  function say(stream: SimulatedMessage["stream"], payload: Record<string, unknown>, content: Said): void {
    if (isSilent) return;
    for (const [name, value] of Object.entries(content)) if (value !== undefined) payload[name] = value;
    said.push({ stream, payload });
  }

  function keep(change: Said): void {
    for (const [name, value] of Object.entries(change)) if (name in parts.normal) values[name] = value;
  }

  const puppet: Puppet<V> = {
    values: values as V,
    plan: timeline.plan,
    repeat: timeline.repeat,
    telemetry(at, change = {}) {
      keep(change);
      say("telemetry", { ts: at }, values);
    },
    event(at, event, change = {}) {
      keep(change);
      say("event", { ts: at, event }, change);
    },
  };
  const { commands, obey, conditions } = behave(puppet);

  timeline.repeat(firstBeat(start, intervalMs, random), (at) => {
    puppet.telemetry(at);
    return nextBeat(at, intervalMs, random);
  });

  function step(now: number): SimulatedMessage[] {
    timeline.run(now);
    const messages = said;
    said = [];
    return messages;
  }

  function happen(happening: Happening, now: number): void {
    if (typeof happening === "function") {
      happening(now);
    } else if (typeof happening.event === "string") {
      const { event, ...change } = happening;
      puppet.event(now, event, change);
    } else {
      puppet.telemetry(now, happening);
    }
  }

  function findCondition(name: string): Happening {
    if (Object.hasOwn(conditions, name)) return conditions[name]!;
    const known = ["normal", "offline", ...Object.keys(conditions)].join(", ");
    throw new GatewayError("scenario-failed", `no condition "${name}"; known are ${known}`);
  }

  return {
    step,
    command(name, args, now) {
      if (isSilent) return { ok: false, error: "offline" };
      const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
      const run = obey[name];
      if (!command || !run) return { ok: false, error: `unknown command ${name}` };
      const parsed = command.args.safeParse(args);
      if (!parsed.success)
        return { ok: false, error: parsed.error.issues[0]?.message ?? "invalid arguments" };
      timeline.run(now);
      const error = run(parsed.data, now);
      return error === undefined ? { ok: true } : { ok: false, error };
    },
    provoke(condition, now) {
      timeline.run(now);
      if (condition === "offline") {
        isSilent = true;
      } else if (condition === "normal") {
        isSilent = false;
        happen(Object.fromEntries(normal), now);
      } else {
        happen(findCondition(condition), now);
      }
      return step(now);
    },
  };
}
