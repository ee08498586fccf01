import type { Kind } from "../devices/kit/kind.ts";
import type { RuleMemory } from "./alert/contract.ts";
import { recordStem } from "./ingest/record.ts";
import { createSeen, type Seen } from "./ingest/seen.ts";
import type { IngestSettings } from "./ingest/settings.ts";
import { parseTopic, type UpStream } from "./ingest/topic.ts";
import { createValidator, type FieldsSchema, type HashPerson, type Validator } from "./ingest/validate.ts";
import type { Checkpoints, Registry } from "./state/contract.ts";
import { createTwin, type Twin } from "./state/twin.ts";
import type { DeviceName, KnownDevice, Quality, Refusal } from "./types.ts";

/** Everything that the path knows of one device; saved now and then, and made again from the journal. */
export interface DeviceState {
  known: KnownDevice;
  readonly validate: Validator;
  readonly twin: Twin;
  /** What a replay or drill says the device is like. Kept apart, so that it never covers the real values; not saved. */
  replayed: Twin | undefined;
  readonly seen: { readonly telemetry: Seen; readonly event: Seen };
  readonly rules: RuleMemory;
  /** Last journal record that is in it, as it was restored; 0 for a new device. */
  readonly restoredTo: number;
  /** Changed since it was saved last. */
  isDirty: boolean;
  /** It stands for the gateway itself: only the gateway speaks for it, and nothing of it is saved or listed. */
  readonly isOwn: boolean;
}

/** Where a topic leads. */
export interface Route {
  readonly ok: true;
  readonly state: DeviceState;
  readonly stream: UpStream;
  /** The middle of a reading's journal line; empty for status and reply. */
  readonly stem: string;
}

/** The device states by topic and name. */
export interface DeviceStates {
  /** The device and stream of a topic, or why there is none. */
  route(topic: string): Route | { readonly ok: false; readonly refusal: Refusal };
  find(device: DeviceName): DeviceState | undefined;
  all(): Iterable<DeviceState>;
  markDirty(state: DeviceState): void;
  /** Takes up to `limit` changed states off the list of those to save. */
  takeDirty(limit: number): DeviceState[];
  dirtyCount(): number;
}

interface Parts {
  readonly registry: Pick<Registry, "device" | "deviceAt" | "devices" | "unusable" | "onDevice">;
  /** The devices that stand for the gateway itself; they are in no registry. */
  readonly ownDevice: (device: DeviceName) => KnownDevice | undefined;
  readonly checkpoints: Pick<Checkpoints, "load" | "remove">;
  readonly compile: (kind: Kind) => FieldsSchema;
  readonly settings: IngestSettings;
  readonly hashPerson: HashPerson;
}

/** Makes the states of all registered devices from their checkpoints, and follows the registry. */
export function createDeviceStates({
  registry,
  ownDevice,
  checkpoints,
  compile,
  settings,
  hashPerson,
}: Parts): DeviceStates {
  const byName = new Map<DeviceName, DeviceState>();
  const byTopic = new Map<string, Route>();
  const validators = new Map<Kind, Validator>();
  /** Made when they are first asked for; one for each site at most. */
  const own = new Map<DeviceName, DeviceState>();
  let dirty: DeviceState[] = [];

  const orphans: DeviceName[] = [];
  for (const { device, state } of checkpoints.load()) {
    const known = registry.device(device);
    if (known === undefined) orphans.push(device);
    else add(known, JSON.parse(state) as SavedState);
  }
  for (const known of registry.devices()) if (!byName.has(known.device)) add(known);
  // Of a device whose kind is missing the state is kept: its file may come back.
  const unusable = new Set(registry.unusable().map(({ device }) => device));
  for (const device of orphans) if (!unusable.has(device)) checkpoints.remove(device);

  registry.onDevice((name, known) => {
    const state = byName.get(name);
    if (known === undefined) {
      byName.delete(name);
      for (const stream of streams) byTopic.delete(`linli/v1/${name}/${stream}`);
      if (state !== undefined) checkpoints.remove(name);
    } else if (state === undefined) add(known);
    else state.known = known;
  });

  function make(known: KnownDevice, saved?: SavedState, isOwn = false): DeviceState {
    const validate = validators.get(known.definition) ?? compileValidator(known.definition);
    return {
      known,
      validate,
      twin: saved?.twin ?? createTwin(),
      replayed: undefined,
      seen: saved?.seen ?? { telemetry: createSeen(), event: createSeen() },
      rules: saved?.rules ?? {},
      restoredTo: saved?.sequence ?? 0,
      isDirty: false,
      isOwn,
    };
  }

  function add(known: KnownDevice, saved?: SavedState): void {
    const state = make(known, saved);
    byName.set(known.device, state);
    for (const stream of streams) {
      const stem = stream === "telemetry" || stream === "event" ? recordStem(known.device, stream) : "";
      byTopic.set(`linli/v1/${known.device}/${stream}`, { ok: true, state, stream, stem });
    }
  }

  function ownState(device: DeviceName): DeviceState | undefined {
    const known = ownDevice(device);
    if (known === undefined) return undefined;
    const state = own.get(device) ?? make(known, undefined, true);
    state.known = known;
    own.set(device, state);
    return state;
  }

  function ownRoute(topic: string): Route | undefined {
    const [, device, stream] = /^linli\/v1\/([^/]+\/[^/]+\/[^/]+)\/([^/]+)$/.exec(topic) ?? [];
    const state = stream === "telemetry" ? ownState(device!) : undefined;
    return state && { ok: true, state, stream: "telemetry", stem: "" };
  }

  function compileValidator(kind: Kind): Validator {
    const validate = createValidator(kind, compile(kind), settings, hashPerson);
    validators.set(kind, validate);
    return validate;
  }

  return {
    route: (topic) =>
      byTopic.get(topic) ?? ownRoute(topic) ?? { ok: false, refusal: refuseTopic(topic, registry) },
    find: (device) => byName.get(device) ?? ownState(device),
    all: () => byName.values(),
    markDirty(state) {
      if (state.isDirty || state.isOwn) return;
      state.isDirty = true;
      dirty.push(state);
    },
    takeDirty(limit) {
      const taken = dirty.slice(0, limit);
      dirty = dirty.slice(limit);
      for (const state of taken) state.isDirty = false;
      return taken.filter((state) => byName.get(state.known.device) === state);
    },
    dirtyCount: () => dirty.length,
  };
}

/** The twin that a reading of this quality belongs to. */
export function twinFor(state: DeviceState, quality: Quality): Twin {
  if (quality !== "simulated") return state.twin;
  state.replayed ??= createTwin();
  return state.replayed;
}

/** A device state as it is saved. */
interface SavedState {
  /** Last journal record that is in it. */
  readonly sequence: number;
  readonly twin: Twin;
  readonly seen: DeviceState["seen"];
  readonly rules: RuleMemory;
}

const streams: readonly UpStream[] = ["telemetry", "event", "status", "reply"];

/** The JSON of a state without `sequence`, which is known only once everything in it is on disk. */
export function saveState({ twin, seen, rules }: DeviceState): string {
  const saved: Omit<SavedState, "sequence"> = { twin, seen, rules };
  return JSON.stringify(saved);
}

function refuseTopic(topic: string, registry: Pick<Registry, "deviceAt" | "unusable">): Refusal {
  const parsed = parseTopic(topic);
  if (!parsed.ok) return parsed.refusal;
  const { site, id, kind, device } = parsed.topic;
  const own = registry.deviceAt(site, id);
  if (own !== undefined) {
    const message = `${site}/${id} is registered as ${own.kind}; publish to linli/v1/${own.device}/…`;
    return { code: "kind-mismatch", path: "", value: JSON.stringify(kind), message };
  }
  if (registry.unusable().some((other) => other.device === device)) {
    const message = `${device} is registered, but there is no kind ${kind} any more; bring back its file in devices/`;
    return { code: "device-unknown", path: "", value: JSON.stringify(device), message };
  }
  const message = `${device} is not registered; register it with POST /api/v1/sites/${site}/devices`;
  return { code: "device-unknown", path: "", value: JSON.stringify(device), message };
}
