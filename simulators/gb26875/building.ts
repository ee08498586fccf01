import type { Clock } from "../../gateway/clock.ts";
import {
  analogValue,
  bits,
  componentState,
  transmitterClock,
  transmitterOperation,
  transmitterState,
} from "./objects.ts";
import { startTransmitter, type Transmitter, type TransmitterParts } from "./transmitter.ts";

/** What a building's fire alarm system is told to do. */
export interface BuildingParts extends Omit<TransmitterParts, "asked"> {
  readonly clock: Clock;
  readonly random: () => number;
  /** How many smoke detectors there are. */
  readonly components: number;
  readonly heartbeatMs: number;
  /** Now and then one detector is on fire or faulty, and well again after a third of this time; undefined: nothing happens. */
  readonly incidentEveryMs?: number | undefined;
  /** How long the people take to answer a duty check, ms; undefined: nobody does. */
  readonly dutyAnswerMs: number | undefined;
  readonly tell: (line: string) => void;
}

/** A building with a transmission device, smoke detectors and one tank whose pressure is measured. */
export interface Building {
  readonly transmitter: Transmitter;
  /** Addresses of the smoke detectors. */
  readonly components: readonly string[];
  /** Lets a detector see a fire, or be well again. */
  set(address: string, word: number): Promise<boolean>;
  stop(): Promise<void>;
}

const smokeDetector = "28";
const dutyCheckAnswer = 1 << 5;

/** Lets a building live: it says how it is, beats, answers duty checks. */
export function startBuilding(parts: BuildingParts): Building {
  const { clock, random, heartbeatMs, incidentEveryMs, dutyAnswerMs, tell } = parts;
  const components = Array.from({ length: parts.components }, (_, i) => detectorAddress(i));
  const pressure = `01-01-5C-01000100`;
  const transmitter = startTransmitter({ ...parts, asked });
  let isStopped = false;
  let isRefused = false;
  /** Fires and faults take turns. */
  let isFire = false;

  async function say(app: Buffer): Promise<boolean> {
    const isTaken = await transmitter.say(app);
    if (!isTaken && !isRefused)
      tell(
        `the gateway refuses frames of ${parts.source}: is that source address registered, and for this network address?`,
      );
    isRefused = !isTaken;
    return isTaken;
  }

  function asked(app: Buffer): boolean {
    if (app[0] === 90) {
      tell("the clock was set");
      void say(transmitterClock(clock.now()));
      return true;
    }
    if (app[0] !== 91) return false;
    tell(`duty check: ${app[2]} min to answer`);
    if (dutyAnswerMs === undefined) return true;
    clock.after(dutyAnswerMs, () => {
      tell("duty check answered");
      void say(transmitterOperation(dutyCheckAnswer, clock.now()));
    });
    return true;
  }

  function set(address: string, word: number): Promise<boolean> {
    return say(componentState(address, word, clock.now(), `detector ${address}`));
  }

  function incident(): void {
    const address = components[Math.floor(random() * components.length)];
    if (address === undefined || incidentEveryMs === undefined) return;
    isFire = !isFire;
    tell(`${address} ${isFire ? "sees smoke" : "is faulty"}`);
    void set(address, bits.running | (isFire ? bits.fire : bits.fault));
    clock.after(incidentEveryMs / 3, () => {
      if (isStopped) return;
      tell(`${address} is well again`);
      void set(address, bits.running);
    });
  }

  void say(transmitterState(1, clock.now()));
  for (const address of components) void set(address, bits.running);
  const timers = [
    clock.every(heartbeatMs, () => {
      // A line that is down does not gather heartbeats.
      if (transmitter.stats().waiting === 0) void say(Buffer.alloc(0));
    }),
    clock.every(10 * heartbeatMs, () => {
      if (transmitter.stats().waiting > 0) return;
      void say(analogValue(pressure, 5, Math.round(3_000 + random() * 50), clock.now()));
      void say(transmitterClock(clock.now()));
    }),
    ...(incidentEveryMs === undefined ? [] : [clock.every(incidentEveryMs, incident)]),
  ];

  return {
    transmitter,
    components,
    set,
    stop() {
      isStopped = true;
      for (const stopTimer of timers) stopTimer();
      return transmitter.stop();
    },
  };
}

/** System 1 (fire alarm), panel 1, a smoke detector in zone 1 and up, 100 to a zone. */
function detectorAddress(index: number): string {
  const place = Buffer.alloc(4);
  place.writeUInt16LE(1 + Math.floor(index / 100), 0);
  place.writeUInt16LE(1 + (index % 100), 2);
  return `01-01-${smokeDetector}-${place.toString("hex").toUpperCase()}`;
}
