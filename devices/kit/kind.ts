import type { z } from "zod";
import type { Wire } from "./gb26875.ts";

/** A text in the two languages of the screens. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

/** One value of a device, in the canonical unit of its field. */
export type Value = number | boolean | string;

/** Flat values by field name. */
export type Values = Record<string, Value>;

/** How urgent an alert is. Critical pages at once, major within 10 min, minor within the shift. */
export type Severity = "critical" | "major" | "minor" | "info";

/** What became of a value that did not fit: the new value, and the name under which the change is counted. */
export interface Coercion {
  /** Undefined: it counts as missing (`null`, `"null"`, `" "`); leave the field out and keep the reading. */
  readonly value: Value | undefined;
  /** For example `number-from-text`, `percent-to-ratio`, `mpa-to-kpa`, `null-as-missing`. */
  readonly name: string;
}

/** One value that a kind reports. */
export interface Field {
  /** Accepts exactly the canonical form; the type of the series column follows from it. */
  readonly schema: z.ZodType<Value>;
  readonly type: "number" | "boolean" | "text";
  readonly title: Text;
  /** Canonical unit: `kPa`, `°C`, `ratio`, `mm`, `L/min`, `L`, `%`, `ppm`, `mg/L`, `NTU`, `kg`, `°`, `s`, `ms`, `count`. Absent for states. */
  readonly unit?: string;
  /** How a screen draws it; screens know widgets, never kinds. */
  readonly widget:
    | "number"
    | "gauge"
    | "percent"
    | "state"
    | "flag"
    | "battery"
    | "temperature"
    | "text"
    | "time";
  /** Its values name a person: the gateway replaces each by a keyed hash before anything is kept or shown. */
  readonly isPerson?: true;
  /** Physically believable values, inclusive. Outside of it a reading is `suspect`, never refused. */
  readonly range?: readonly [number, number];
  /** Titles of the states of a `state` field, by value. */
  readonly states?: Readonly<Record<string, Text>>;
  /** Tries to read a value that the schema refused (a string, a foreign unit, `null`); undefined when it cannot. */
  readonly coerce?: (value: unknown, facts: Facts) => Coercion | undefined;
  /** Sentence that says what would be right, for rejections: `a number from 0 to 1`. */
  readonly expects: string;
}

/** Facts of one installed device, written by people in the registry: `depthMm`, `fireExit`, `bayClass`, `capacity`. */
export type Facts = Readonly<Record<string, Value>>;

/** A fact that a kind asks for at registration. */
export interface FactField {
  readonly schema: z.ZodType<Value>;
  readonly title: Text;
  readonly unit?: string;
  /** Titles of its words, where it is one of a few. */
  readonly states?: Readonly<Record<string, Text>>;
}

/** A number of a rule that a site or a device may override: a threshold or a duration. */
export interface Limit {
  readonly value: number;
  readonly unit: string;
  readonly title: Text;
}

/** The numbers of one rule after overrides, by limit name. */
export type Limits = Readonly<Record<string, number>>;

/** What a rule looks at. A rule reads it and may only change `memory`. */
export interface RuleInput {
  /** Latest value of every field, this reading included. */
  readonly values: Readonly<Values>;
  /** Values of this reading alone. */
  readonly changed: Readonly<Values>;
  /** Event name when the reading is an event. */
  readonly event: string | undefined;
  /** Receive time, epoch ms. */
  readonly at: number;
  /** Device time, epoch ms; equals `at` when the device sent none. */
  readonly ts: number;
  readonly facts: Facts;
  readonly limits: Limits;
  /** What this rule remembers between readings of one device (times, values); at most 64 numbers, survives a restart. */
  readonly memory: number[];
}

/** `raise`: the condition holds. `clear`: it is over. `keep`: neither (hysteresis band, or nothing known). */
export type Verdict = "raise" | "clear" | "keep";

/** A condition of a kind that raises and clears an alert. */
export interface Rule {
  /** Unique in its kind, kebab-case. */
  readonly id: string;
  readonly severity: Severity;
  /** Severity for a particular installation, for example offline on a fire exit. */
  readonly severityFor?: (facts: Facts) => Severity;
  readonly title: Text;
  /** What a person should do. */
  readonly advice?: Text;
  /** Numbers that may be overridden per site or device. */
  readonly limits: Readonly<Record<string, Limit>>;
  /** Fields that explain the alert, most telling first: what a message or screen shows beside its title. */
  readonly reads?: readonly string[];
  /** Reads the condition. Pure but for `memory`. Never called for a `quiet` rule. */
  readonly check: (input: RuleInput) => Verdict;
  /**
   * How long the condition must hold before the alert is raised, in ms. Asked at each reading whose
   * `check` says `raise`: less time counts at once, more only when the limits were changed; `keep` leaves it pending,
   * `clear` drops it. Zero or less raises at once, Infinity is no deadline.
   */
  readonly holdForMs?: (input: RuleInput) => number;
  /** Clears by itself when `check` said `raise` last so long ago, in ms. For events that have no end of their own. */
  readonly clearAfterMs?: number;
  /** Only a person's `resolve` clears it. */
  readonly latched?: true;
  /** Raised by silence or a lost connection instead of a reading; at most one in a kind. */
  readonly quiet?: true;
  /** Raised by the fire lane itself, whatever the clock or quality of the reading says. */
  readonly fire?: true;
  /** One message that raises it and one that clears it, for the contract test and the simulators. */
  readonly example: RuleExample;
}

/** Messages after which a rule has raised, and after which it has cleared. */
export interface RuleExample {
  readonly facts?: Facts;
  readonly raise: readonly Sample[];
  /** Empty for latched rules; may be empty with `clearAfterMs`. A `quiet` rule raises by sending nothing: `raise` is empty. */
  readonly clear: readonly Sample[];
}

/** One message of a device without its topic and time: what a device of the kind would send. */
export interface Sample {
  readonly stream: "telemetry" | "event";
  /** Seconds after the sample before it; default 1. */
  readonly afterS?: number;
  /** Event samples carry `event`. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Something that happens at a device. */
export interface EventKind {
  readonly title: Text;
  /** Names of the fields that may come with it. */
  readonly fields: readonly string[];
  /** What the event says by itself: values that hold with it where the message does not carry the field. */
  readonly implies?: Readonly<Values>;
}

/** Something a person may ask of a device. */
export interface CommandKind {
  readonly title: Text;
  readonly args: z.ZodObject;
  /** Longest time that a command may wait before it is sent, ms; an older one expires. */
  readonly maxAgeMs: number;
}

/** How a station of a kind takes part in a duty check: somebody asks whether the crew is there, and it answers. */
export interface DutyCheckFacts {
  /** The command that makes it sound. */
  readonly command: string;
  /** The argument of the command that says in how many seconds somebody must answer, when it has one. */
  readonly answerArg?: string;
  /** The event by which it says that somebody answered. */
  readonly answered: string;
  /** The rule by which it raises itself that nobody did, when it has one. */
  readonly missed?: string;
}

/** Makes believable traffic of one device. */
export interface Simulator {
  /** The messages due between the last call and `now` (epoch ms, local day pattern Asia/Shanghai), oldest first. */
  step(now: number): SimulatedMessage[];
  /** Answers a command as the device would. */
  command(
    name: string,
    args: Readonly<Record<string, unknown>>,
    now: number,
  ): { ok: boolean; error?: string };
  /**
   * Puts the device into a named condition: a rule's id, or `normal`. Returns the first messages; what takes time (a
   * rise, a count, silence) follows from `step`, and the condition stays until `normal`.
   */
  provoke(condition: string, now: number): SimulatedMessage[];
}

/** One message of a simulated device; `payload.ts` is set, `seq` and `boot` are added by the fleet. */
export interface SimulatedMessage {
  readonly stream: "telemetry" | "event";
  readonly payload: Record<string, unknown>;
}

/** What a device is: facts only. */
export interface Kind {
  /** Also the topic level: `waste-bin`. */
  readonly name: string;
  readonly title: Text;
  /** Usual time between two messages, ms. */
  readonly intervalMs: number;
  /** Silence after which it is called offline, ms; the default is 2.2 × interval. */
  readonly quietAfterMs: number;
  readonly fields: Readonly<Record<string, Field>>;
  readonly facts: Readonly<Record<string, FactField>>;
  readonly events: Readonly<Record<string, EventKind>>;
  readonly commands: Readonly<Record<string, CommandKind>>;
  readonly rules: readonly Rule[];
  /** Set when it can sound a duty check and tell that it was answered. */
  readonly dutyCheck?: DutyCheckFacts;
  /** What it makes of GB/T 26875.3, when devices of this kind stand behind a fire alarm line. */
  readonly wire?: Wire;
  /** The fields that tell the state of the device at a glance, most telling first. */
  readonly summary: readonly string[];
  /** The measure or flag by which people judge all devices of the kind at once; without it they count those in order. */
  readonly figure?: string;
  readonly examples: readonly Sample[];
  readonly simulate: (parts: { random: () => number; facts: Facts; start: number }) => Simulator;
}

/** Every kind that is known, by name. */
export type Catalogue = ReadonlyMap<string, Kind>;
