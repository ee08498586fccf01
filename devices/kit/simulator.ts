import { GatewayError } from "../../gateway/errors.ts";
import type { CommandKind, Facts, SimulatedMessage, Simulator, Value } from "./kind.ts";
import { firstBeat, nextBeat } from "./patterns.ts";
import { createTimeline, type Timeline } from "./timeline.ts";

/** Values by field; one that is undefined is left out of a message. */
export type Said = Readonly<Record<string, Value | undefined>>;

/** A condition: values that are pinned and told, by telemetry or by the event that `event` names; or a function that does it. */
export type Condition = Said | ((at: number) => void);

/** Does what a command asks with checked arguments; a text says why it will not. */
export type Obey = (args: Readonly<Record<string, unknown>>, at: number) => string | undefined;

/** The living part of a simulated device, for what a kind lets happen to it. */
export interface Puppet<V extends Said> {
  /** What the device reports now. */
  readonly values: V;
  /** Lets something happen once at a moment, epoch ms. */
  readonly plan: Timeline["plan"];
  /** Lets something happen again at each moment that it returns. */
  readonly repeat: Timeline["repeat"];
  /** Fixes values until the device is normal again, whatever is measured or happens meanwhile. */
  pin(change: Said): void;
  /** Changes what it reports, measures, and says all of it. */
  telemetry(at: number, change?: Said): void;
  /** Something happened: says it with `change`, and keeps those of its values that the device reports. Does not happen against a pinned value. */
  event(at: number, name: string, change?: Said): void;
}

/** What the life of a simulated device is told by its kind. */
export interface LifeParts {
  readonly random: () => number;
  readonly facts: Facts;
  /** Its first moment, epoch ms. */
  readonly start: number;
  readonly intervalMs: number;
  /** Arguments are checked against these before a command is obeyed. */
  readonly commands: Readonly<Record<string, CommandKind>>;
}

/** How a simulated device behaves. */
export interface Behaviour {
  /** Measured anew before each telemetry. */
  readonly measure?: (at: number) => Said;
  /** What each command does: values that change, or a function whose text says why it will not. */
  readonly obey: Readonly<Record<string, Said | Obey>>;
  /** What brings about the condition of each rule but `offline`, which is made here. */
  readonly conditions: Readonly<Record<string, Condition>>;
}

/**
 * Makes a simulated device that beats at its interval and starts, and after each condition ends, with the values `normal`.
 * `behave` plans its life on the puppet and says what it does on demand. An unknown condition throws `scenario-failed`.
 */
export function createSimulator<V extends Said>(
  parts: LifeParts & { readonly normal: V },
  behave: (puppet: Puppet<V>) => Behaviour,
): Simulator {
  const { start, random, intervalMs, commands } = parts;
  const timeline = createTimeline();
  const values: Record<string, Value | undefined> = { ...parts.normal };
  let said: SimulatedMessage[] = [];
  let isSilent = false;
  const pinned = new Set<string>();

  function say(stream: SimulatedMessage["stream"], payload: Record<string, unknown>, content: Said): void {
    if (isSilent) return;
    for (const [name, value] of Object.entries(content)) if (value !== undefined) payload[name] = value;
    said.push({ stream, payload });
  }

  function keep(change: Said): void {
    for (const [name, value] of Object.entries(change)) {
      if (name in parts.normal && !pinned.has(name)) values[name] = value;
    }
  }

  const puppet: Puppet<V> = {
    values: values as V,
    plan: timeline.plan,
    repeat: timeline.repeat,
    pin(change) {
      for (const [name, value] of Object.entries(change)) {
        if (!(name in parts.normal)) continue;
        values[name] = value;
        pinned.add(name);
      }
    },
    telemetry(at, change = {}) {
      keep(change);
      if (behaviour.measure) keep(behaviour.measure(at));
      say("telemetry", { ts: at }, values);
    },
    event(at, event, change = {}) {
      const isPrevented = Object.entries(change).some(
        ([name, value]) => pinned.has(name) && values[name] !== value,
      );
      if (isPrevented) return;
      keep(change);
      say("event", { ts: at, event }, change);
    },
  };
  const behaviour = behave(puppet);
  const { obey, conditions } = behaviour;

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

  function begin(condition: Condition, now: number): void {
    if (typeof condition === "function") {
      condition(now);
      return;
    }
    const { event, ...change } = condition;
    puppet.pin(change);
    if (typeof event === "string") puppet.event(now, event, change);
    else puppet.telemetry(now);
  }

  function findCondition(name: string): Condition {
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
      const error = typeof run === "function" ? run(parsed.data, now) : puppet.telemetry(now, run);
      return error === undefined ? { ok: true } : { ok: false, error };
    },
    provoke(condition, now) {
      timeline.run(now);
      if (condition === "offline") {
        isSilent = true;
      } else if (condition === "normal") {
        isSilent = false;
        pinned.clear();
        puppet.telemetry(now, parts.normal);
      } else {
        begin(findCondition(condition), now);
      }
      return step(now);
    },
  };
}
