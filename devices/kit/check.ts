import { GatewayError } from "../../gateway/errors.ts";
import { checkWire } from "./check-wire.ts";
import type { Field, Kind, Rule, Sample, Text } from "./kind.ts";

const kebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const camel = /^[a-z][A-Za-z0-9]{0,39}$/;
/** Keys of a message that are not fields, and words of its history. */
const envelope = new Set(["ts", "seq", "boot", "event", "simulated", "suspect", "time", "site", "device"]);

/** Checks that the parts of a kind fit together; throws `kind-invalid` with the path of the first that does not. */
export function checkKind(kind: Kind): void {
  const refuse = (path: string, message: string): never => {
    throw new GatewayError("kind-invalid", `kind "${String(kind.name)}": ${path} ${message}`, { path });
  };
  if (typeof kind.name !== "string" || !kebab.test(kind.name) || kind.name.length > 64) {
    refuse("name", "must be in kebab-case, at most 64 characters");
  }
  if (kind.name === "alerts") refuse("name", "is where the broker publishes a site's alerts");
  checkText(kind.title, "title", refuse);
  if (!(kind.intervalMs > 0)) refuse("intervalMs", "must be more than 0");
  if (!(kind.quietAfterMs > kind.intervalMs)) refuse("quietAfterMs", "must be more than the interval");
  checkFields(kind, refuse);
  checkActions(kind, refuse);
  checkRules(kind, refuse);
  checkDutyCheck(kind, refuse);
  checkWire(kind, refuse);
  for (const [i, sample] of kind.examples.entries()) checkSample(kind, sample, `examples[${i}]`, refuse);
  if (kind.examples.length === 0) refuse("examples", "must hold at least one message");
  if (typeof kind.simulate !== "function") refuse("simulate", "must be a function");
}

type Refuse = (path: string, message: string) => never;

function checkText(text: Text, path: string, refuse: Refuse): void {
  if (!text?.zh?.trim()) refuse(`${path}.zh`, "must not be empty");
  if (!text.en?.trim()) refuse(`${path}.en`, "must not be empty");
}

function checkFields(kind: Kind, refuse: Refuse): void {
  const fields = Object.entries(kind.fields);
  if (fields.length === 0) refuse("fields", "must name at least one field");
  for (const [name, field] of fields) {
    const path = `fields.${name}`;
    checkName(name, path, refuse);
    if (envelope.has(name)) refuse(path, "is a word of the message itself");
    checkText(field.title, `${path}.title`, refuse);
    if (!field.expects) refuse(`${path}.expects`, "must say what would be right");
    checkStates(field, path, refuse);
    if (field.range && !(field.range[0] <= field.range[1]))
      refuse(`${path}.range`, "must run from low to high");
    if (field.type === "number" && !field.unit) refuse(`${path}.unit`, "is missing: every number has one");
  }
  for (const [name, fact] of Object.entries(kind.facts)) {
    checkName(name, `facts.${name}`, refuse);
    checkText(fact.title, `facts.${name}.title`, refuse);
  }
  if (kind.summary.length === 0) refuse("summary", "must name at least one field");
  for (const [i, name] of kind.summary.entries()) checkKnown(kind, name, `summary[${i}]`, refuse);
  if (kind.figure === undefined) return;
  checkKnown(kind, kind.figure, "figure", refuse);
  if (kind.fields[kind.figure]?.type === "text") refuse("figure", "must be a number or a flag");
}

function checkStates(field: Field, path: string, refuse: Refuse): void {
  if ((field.widget === "state") !== (field.states !== undefined)) {
    refuse(`${path}.states`, "must be given for the widget state, and only for it");
  }
  for (const [name, title] of Object.entries(field.states ?? {})) {
    checkText(title, `${path}.states.${name}`, refuse);
    if (!field.schema.safeParse(name).success) refuse(`${path}.states.${name}`, "is refused by the schema");
  }
}

function checkActions(kind: Kind, refuse: Refuse): void {
  for (const [name, event] of Object.entries(kind.events)) {
    if (!kebab.test(name)) refuse(`events.${name}`, "must be in kebab-case");
    checkText(event.title, `events.${name}.title`, refuse);
    for (const [i, field] of event.fields.entries())
      checkKnown(kind, field, `events.${name}.fields[${i}]`, refuse);
    for (const [field, value] of Object.entries(event.implies ?? {})) {
      const path = `events.${name}.implies.${field}`;
      if (!event.fields.includes(field)) refuse(path, "must be one of the fields of the event");
      if (!kind.fields[field]?.schema.safeParse(value).success) refuse(path, "is refused by the schema");
    }
  }
  for (const [name, command] of Object.entries(kind.commands)) {
    if (!kebab.test(name)) refuse(`commands.${name}`, "must be in kebab-case");
    checkText(command.title, `commands.${name}.title`, refuse);
    if (!(command.maxAgeMs > 0)) refuse(`commands.${name}.maxAgeMs`, "must be more than 0");
  }
}

function checkDutyCheck({ dutyCheck, commands, events, rules }: Kind, refuse: Refuse): void {
  if (dutyCheck === undefined) return;
  const { command, answerArg, answered, missed } = dutyCheck;
  if (!Object.hasOwn(commands, command))
    refuse("dutyCheck.command", `"${command}" is not a command of the kind`);
  const { args } = commands[command]!;
  if (answerArg !== undefined && !Object.hasOwn(args.shape, answerArg))
    refuse("dutyCheck.answerArg", `"${answerArg}" is not an argument of the command`);
  if (!args.safeParse({}).success) refuse("dutyCheck.command", "must need no argument");
  if (!Object.hasOwn(events, answered))
    refuse("dutyCheck.answered", `"${answered}" is not an event of the kind`);
  if (missed !== undefined && !rules.some(({ id }) => id === missed))
    refuse("dutyCheck.missed", `"${missed}" is not a rule of the kind`);
}

function checkRules(kind: Kind, refuse: Refuse): void {
  const seen = new Set<string>();
  for (const [i, rule] of kind.rules.entries()) {
    const path = `rules[${i}]`;
    if (!kebab.test(rule.id)) refuse(`${path}.id`, `"${rule.id}" must be in kebab-case`);
    if (seen.has(rule.id)) refuse(`${path}.id`, `"${rule.id}" is used twice`);
    seen.add(rule.id);
    checkRule(kind, rule, `rules.${rule.id}`, refuse);
  }
  if (kind.rules.filter((rule) => rule.quiet).length > 1) refuse("rules", "may hold only one quiet rule");
}

function checkRule(kind: Kind, rule: Rule, path: string, refuse: Refuse): void {
  checkText(rule.title, `${path}.title`, refuse);
  if (rule.advice) checkText(rule.advice, `${path}.advice`, refuse);
  for (const [name, limit] of Object.entries(rule.limits)) {
    checkName(name, `${path}.limits.${name}`, refuse);
    if (!Number.isFinite(limit.value)) refuse(`${path}.limits.${name}.value`, "must be a number");
    checkText(limit.title, `${path}.limits.${name}.title`, refuse);
  }
  for (const [i, field] of (rule.reads ?? []).entries())
    checkKnown(kind, field, `${path}.reads[${i}]`, refuse);
  const { raise, clear } = rule.example;
  if (rule.quiet && raise.length > 0) refuse(`${path}.example.raise`, "must be empty: silence raises it");
  if (!rule.quiet && raise.length === 0) refuse(`${path}.example.raise`, "must hold at least one message");
  if (rule.latched && clear.length > 0)
    refuse(`${path}.example.clear`, "must be empty: only a person clears it");
  if (!rule.latched && rule.clearAfterMs === undefined && clear.length === 0) {
    refuse(`${path}.example.clear`, "must hold at least one message");
  }
  for (const [i, sample] of raise.entries()) checkSample(kind, sample, `${path}.example.raise[${i}]`, refuse);
  for (const [i, sample] of clear.entries()) checkSample(kind, sample, `${path}.example.clear[${i}]`, refuse);
}

function checkSample(kind: Kind, { stream, payload }: Sample, path: string, refuse: Refuse): void {
  const event = payload.event;
  if (stream === "telemetry" && event !== undefined) refuse(`${path}.event`, "belongs to the event stream");
  if (stream === "event" && (typeof event !== "string" || !Object.hasOwn(kind.events, event))) {
    refuse(`${path}.event`, `${JSON.stringify(event)} is not an event of the kind`);
  }
  for (const [name, value] of Object.entries(payload)) {
    if (envelope.has(name)) continue;
    checkKnown(kind, name, `${path}.${name}`, refuse);
    const { schema, coerce, expects } = kind.fields[name]!;
    if (schema.safeParse(value).success || coerce?.(value, {})) continue;
    refuse(`${path}.${name}`, `is ${JSON.stringify(value)}, expected ${expects}`);
  }
}

function checkKnown(kind: Kind, name: string, path: string, refuse: Refuse): void {
  if (!Object.hasOwn(kind.fields, name)) refuse(path, `names "${name}", which is not a field`);
}

function checkName(name: string, path: string, refuse: Refuse): void {
  if (!camel.test(name) || name in Object.prototype) refuse(path, "must be a plain camelCase name");
}
