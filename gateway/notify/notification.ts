import type { Field, Kind, Rule, Severity, Text, Value, Values } from "../../devices/kit/kind.ts";
import type { Affected, Change, DeviceName, During, IncidentStep } from "../types.ts";
import type { Notification, Urgency } from "./contract.ts";

/** What the registry knows of where something happens. */
export interface Place {
  readonly site: string;
  readonly siteName: string;
  readonly device?: DeviceName | undefined;
  readonly deviceName?: string | undefined;
  readonly building?: string | undefined;
  readonly floor?: string | undefined;
  /** Undefined for alerts of the gateway itself. */
  readonly definition?: Kind | undefined;
}

/** What a rule, or a fault of the gateway, is called. */
export interface Words {
  readonly title: Text;
  readonly advice?: Text | undefined;
}

/** What people are told of one step of an alert. */
export function ofChange(change: Change, place: Place, words: Words): Notification {
  const { id, at, step, severity, rule, alert } = change;
  const isFire = severity === "critical" && isFireRule(place.definition, rule);
  return {
    ...{ id, at, step, severity, rule, alert, kind: "alert" as const },
    urgency: urgencyOf(severity, isFire),
    ...placeOf(place),
    ...wordsOf(words),
    ...valuesOf(change.values, place.definition, rule),
    ...given({ reason: change.reason, by: change.by, note: change.comment, drill: change.drill }),
    ...given({ assignee: change.assignee ?? undefined }),
    ...duringOf(change.during),
    ...(change.affects === undefined ? {} : { readings: [affectedText(change.affects)] }),
  };
}

/** What people are told of one step of an incident. */
export function ofStep(step: IncidentStep, place: Place, words: Words): Notification {
  const { id, at, incident: of } = step;
  const isAlarm = step.step === "detected" || step.step === "joined";
  const drill = step.drill;
  return {
    ...{ id, at, step: step.step, incident: of, kind: "incident" as const, severity: "critical" as const },
    urgency: isAlarm ? "fire" : "critical",
    ...placeOf(place),
    ...wordsOf(words),
    ...valuesOf(step.values, place.definition, step.rule ?? ""),
    ...duringOf(step.during),
    ...given({ rule: step.rule, alert: step.alert, by: step.by, note: step.note, reason: step.mark, drill }),
  };
}

/** A call because of something that nobody has answered. */
export function ofCall(about: Notification, call: CallFacts): Notification {
  const { id, at, stage, round } = call;
  const { kind: _kind, ...facts } = about;
  return { ...facts, id, at, kind: "call", step: String(stage + 1), round, since: about.at };
}

/** Which call it is. */
export interface CallFacts {
  readonly id: string;
  /** When it is made, epoch ms. */
  readonly at: number;
  /** Place of its stage in the chain, from 0. */
  readonly stage: number;
  /** How often it was made before. */
  readonly round: number;
}

/** Whether a rule is one of the fire lane. */
export function isFireRule(definition: Kind | undefined, rule: string): boolean {
  return ruleOf(definition, rule)?.fire === true;
}

function ruleOf(definition: Kind | undefined, id: string): Rule | undefined {
  return definition?.rules.find((rule) => rule.id === id);
}

function urgencyOf(severity: Severity, isFire: boolean): Urgency {
  if (isFire) return "fire";
  return severity === "critical" ? "critical" : "normal";
}

function placeOf({ site, siteName, device, deviceName, building, floor }: Place) {
  return { site, siteName, ...given({ device, deviceName, building, floor }) };
}

function wordsOf({ title, advice }: Words) {
  return { title, ...given({ advice }) };
}

/** A silence has no name that says more than its reason. */
function duringOf(during: During | undefined) {
  if (during === undefined) return {};
  return { during: during.type === "silence" ? during.reason : during.type };
}

/** What people read of the devices that are cut off with another one. */
function affectedText({ count, names }: Affected): Text {
  const isMore = count > names.length;
  return {
    zh: `影响 ${count} 台设备：${names.join("、")}${isMore ? " 等" : ""}`,
    en: `${count} ${count === 1 ? "device is" : "devices are"} cut off: ${names.join(", ")}${isMore ? " and others" : ""}`,
  };
}

/** The values without those that name a person, and what the rule reads of them in words. */
function valuesOf(values: Values | undefined, definition: Kind | undefined, rule: string) {
  if (values === undefined) return {};
  if (definition === undefined) return { values };
  const kept = Object.fromEntries(
    Object.entries(values).filter(([name]) => definition.fields[name]?.isPerson !== true),
  );
  const reads = ruleOf(definition, rule)?.reads ?? Object.keys(kept);
  const readings = reads
    .filter((name) => kept[name] !== undefined && isSaid(definition.fields[name]))
    .slice(0, mostReadings)
    .map((name) => inWords(definition.fields[name]!, kept[name]!));
  return { values: kept, ...(readings.length === 0 ? {} : { readings }) };
}

/** What fits a message on a phone. */
const mostReadings = 6;

/** A moment is said by its alert; a message has a time of its own. */
function isSaid(field: Field | undefined): boolean {
  return field !== undefined && field.widget !== "time";
}

function inWords({ title, unit, widget, states }: Field, value: Value): Text {
  if (typeof value === "boolean") {
    return { zh: `${title.zh} ${value ? "是" : "否"}`, en: `${title.en} ${value ? "yes" : "no"}` };
  }
  const state = states?.[String(value)];
  if (state !== undefined) return { zh: `${title.zh} ${state.zh}`, en: `${title.en} ${state.en}` };
  const text = typeof value === "number" ? numberText(value, unit, widget) : value;
  return { zh: `${title.zh} ${text}`, en: `${title.en} ${text}` };
}

function numberText(value: number, unit: string | undefined, widget: Field["widget"]): string {
  if (unit === "ratio" || widget === "percent") return `${round(value * (unit === "ratio" ? 100 : 1))} %`;
  return unit === undefined || unit === "count" ? String(round(value)) : `${round(value)} ${unit}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Without what is undefined. */
function given<T extends object>(facts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
