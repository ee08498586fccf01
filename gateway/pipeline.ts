import type { Judge, Quiet } from "./alert/contract.ts";
import type { Clock } from "./clock.ts";
import { type DeviceState, type DeviceStates, type Route, twinFor } from "./device-state.ts";
import { messageOf } from "./errors.ts";
import { type DecodedRefusal, decodeReadings, toJson } from "./ingest/decode.ts";
import { takeOnce } from "./ingest/idempotency.ts";
import { type ReadingLine, readingLine, rejectionLine, trialLine } from "./ingest/record.ts";
import { refuse } from "./ingest/refusal.ts";
import type { IngestSettings } from "./ingest/settings.ts";
import { type Reply, readReply, readStatus } from "./ingest/status.ts";
import type { CheckedReading } from "./ingest/validate.ts";
import type { Journal } from "./journal/contract.ts";
import type { Log } from "./log.ts";
import { createOutcome, type Outcome, type Take } from "./outcome.ts";
import type { PathMetrics } from "./path-metrics.ts";
import type { Cleaner } from "./privacy/clean.ts";
import { applyReading } from "./state/twin.ts";
import type { DeviceName, DutyCheckStep, KnownDevice, Message, Reading, Refusal } from "./types.ts";

/** The path of one message. */
export interface Pipeline {
  /**
   * Takes one message of a device. Synchronous up to the journal, so that messages keep their order. `answer` is called
   * when everything that follows from the message is on disk; with a refusal when the message, or a part of it, was refused.
   */
  accept(message: Message, answer: (refusal: Refusal | undefined) => void): void;
  /**
   * Keeps a frame that was refused before it could come here, byte by byte, for frames of lines hold no persons and must be
   * readable again; `answer` is called when it is on disk.
   */
  refuse(message: Message, refusal: Refusal, answer: () => void): void;
}

/** What the path is made of. */
export interface PipelineParts {
  readonly states: DeviceStates;
  readonly judge: Judge;
  readonly quiet: Quiet;
  /** Adds a change or presence to what follows; fire is shown to people in the same moment. */
  readonly take: Take;
  readonly journal: Pick<Journal, "append">;
  /** A device answered a command. */
  readonly replied: (device: DeviceName, reply: Reply) => void;
  /** The steps of a duty check that a reading of the present makes. */
  readonly dutyHeard: (known: KnownDevice, reading: Reading) => readonly DutyCheckStep[];
  /** Takes personal data out of what is kept without having been understood. */
  readonly clean: Cleaner;
  readonly settings: IngestSettings;
  /** How far a reading may lie before the newest of its device and still tell of the present, ms. */
  readonly lateAfterMs: number;
  readonly clock: Pick<Clock, "now">;
  readonly newId: () => string;
  readonly metrics: PathMetrics;
  readonly log: Log;
}

/** Makes the path. Read `accept` and what it calls, top to bottom, to follow a message. */
export function createPipeline(parts: PipelineParts): Pipeline {
  const {
    states,
    judge,
    quiet,
    take,
    journal,
    replied,
    dutyHeard,
    clean,
    settings,
    lateAfterMs,
    clock,
    newId,
    metrics,
    log,
  } = parts;

  function accept(sent: Message, answer: (refusal: Refusal | undefined) => void): void {
    const at = sent.receivedAt ?? clock.now();
    const outcome = createOutcome();
    let message = sent;
    if (sent.trial === undefined) metrics.messages.add();
    try {
      const payload = clean.withoutImages(sent.payload);
      if (payload !== sent.payload) message = { ...sent, payload };
      const route = states.route(message.topic);
      if (!route.ok) reject(message, route, at, outcome);
      else if (route.state.isOwn) takeTrial(route, message, at, outcome);
      else takers[route.stream](route, message, at, outcome);
    } catch (error) {
      // A fault of ours must neither stop the others nor lose the message: it waits in quarantine for the mended program.
      log.error({ err: error, topic: message.topic }, "message could not be judged");
      reject(message, { refusal: internalFault(error) }, at, outcome);
    }
    const { records, lane } = outcome;
    journal.append({ records, lane, committed: () => answer(outcome.refusal) });
  }

  function refuseMessage(message: Message, refusal: Refusal, answer: () => void): void {
    const outcome = createOutcome();
    metrics.messages.add();
    keep(message, { kept: message.payload, refusal }, message.receivedAt ?? clock.now(), outcome);
    journal.append({ records: outcome.records, lane: outcome.lane, committed: answer });
  }

  const takers = { telemetry: takeReadings, event: takeReadings, status: takeStatus, reply: takeReply };

  function takeReadings(route: Route, message: Message, at: number, outcome: Outcome): void {
    const { state } = route;
    const stream = route.stream as Reading["stream"];
    const { payload, dup } = message;
    const input = {
      payload,
      validate: state.validate,
      stream,
      facts: state.known.facts,
      site: state.known.site,
      at,
    };
    const { readings, refusals } = decodeReadings(input, settings);
    let isLive = refusals.length > 0;
    for (const { checked, json } of readings) {
      // A replay must not make a dead device look alive.
      isLive ||= checked.quality !== "simulated";
      if (!takeOnce(state.seen[stream], checked, { json, dup }, settings)) {
        metrics.duplicates.add();
        continue;
      }
      takeReading(route, { checked, json, at, isHistory: isHistory(message, state) }, outcome);
      for (const name of checked.coercions) metrics.coercions.add(name);
    }
    for (const refused of refusals) {
      reject(message, refused, at, outcome);
      salvage(route, message, refused, at, outcome);
    }
    if (isLive && message.receivedAt === undefined) heard(state, at, outcome);
  }

  function takeReading(route: Route, found: Found, outcome: Outcome): void {
    const { state, stem } = route;
    outcome.records.push(readingLine({ stem, ...found }));
    metrics.readings.add();
    const reading = readingFrom(route, found.checked, found.at);
    const twin = twinFor(state, reading.quality);
    const isLate = found.isHistory || !applyReading(twin, reading, lateAfterMs);
    if (isLate) metrics.late.add();
    const changes = judge.judge(state.known, reading, twin.values, state.rules, isLate);
    for (const change of changes) take(change, outcome);
    if (!isLate) for (const step of dutyHeard(state.known, reading)) take(step, outcome);
    states.markDirty(state);
  }

  /**
   * What the gateway says for itself goes the way of any reading, and leaves no values behind: there is nothing to look up, to draw
   * or to replay. Only what the gateway sent itself is a trial; anybody else is refused, whatever the payload says.
   */
  function takeTrial(route: Route, message: Message, at: number, outcome: Outcome): void {
    const { known, validate, rules } = route.state;
    const { trial, payload } = message;
    if (trial === undefined) {
      reject(message, { refusal: notTheGateway(known.device) }, at, outcome);
      return;
    }
    const input = { payload, validate, stream: "telemetry", facts: {}, site: known.site, at } as const;
    const { readings, refusals } = decodeReadings(input, settings);
    outcome.refusal = refusals[0]?.refusal;
    for (const { checked } of readings) {
      const reading = readingFrom(route, checked, at);
      const changes = judge.judge(known, reading, reading.values, rules);
      if (changes.some(({ step }) => step === "raised")) {
        outcome.records.push(trialLine({ at, device: known.device, ...trial }));
      }
      for (const change of changes) take({ ...change, ...trial }, outcome);
    }
  }

  /** An alarm inside a message that was refused is still an alarm: what is sound of it is taken, marked as suspect. */
  function salvage(
    route: Route,
    message: Message,
    { sound }: DecodedRefusal,
    at: number,
    outcome: Outcome,
  ): void {
    const { state } = route;
    const stream = route.stream as Reading["stream"];
    for (const found of sound) {
      const checked: CheckedReading =
        found.quality === "simulated" ? found : { ...found, quality: "suspect" };
      const present = twinFor(state, checked.quality).values;
      if (!judge.wouldAlarm(state.known, readingFrom(route, checked, at), present, state.rules)) continue;
      const json = toJson(checked);
      if (!takeOnce(state.seen[stream], checked, { json, dup: message.dup }, settings)) return;
      metrics.salvaged.add();
      takeReading(route, { checked, json, at, isHistory: isHistory(message, state) }, outcome);
      return;
    }
  }

  function takeStatus({ state }: Route, message: Message, at: number, outcome: Outcome): void {
    const status = readStatus(message.payload, settings);
    if (!status.ok) {
      reject(message, status, at, outcome);
      return;
    }
    if (isHistory(message, state)) return;
    const reason = message.will ? "will" : "status";
    const presence = { device: state.known.device, online: status.value, at, reason } as const;
    for (const happening of quiet.presence(state.known, presence)) take(happening, outcome);
  }

  function takeReply({ state }: Route, message: Message, at: number, outcome: Outcome): void {
    const reply = readReply(message.payload, settings);
    if (message.receivedAt === undefined) heard(state, at, outcome);
    if (reply.ok) {
      const { error } = reply.value;
      replied(state.known.device, {
        ...reply.value,
        ...(error !== undefined && { error: clean.text(message.topic, error) }),
      });
    } else reject(message, reply, at, outcome);
  }

  function heard(state: DeviceState, at: number, outcome: Outcome): void {
    for (const happening of quiet.heard(state.known, at)) take(happening, outcome);
  }

  function reject(
    message: Message,
    { refusal, payload = message.payload }: { refusal: Refusal; payload?: Buffer },
    at: number,
    outcome: Outcome,
  ): void {
    // A trial that fails is told by its own means: nobody could do anything with it in quarantine.
    if (message.trial !== undefined) outcome.refusal = refusal;
    else keep(message, withoutPersons(message.topic, payload, refusal), at, outcome);
  }

  function keep(
    { topic, principal }: Message,
    { kept, refusal }: { kept: Buffer; refusal: Refusal },
    at: number,
    outcome: Outcome,
  ): void {
    const about = { id: newId(), at, topic, principal: principal?.name, payload: kept.toString("base64") };
    outcome.records.push(rejectionLine({ ...about, ...refusal }));
    outcome.refusal ??= refusal;
    metrics.rejections.add(refusal.code);
  }

  /** What is kept of a refused message. Rather nothing than somebody's name; the rejection itself is never lost. */
  function withoutPersons(topic: string, payload: Buffer, reason: Refusal) {
    try {
      const kept = clean.payload(topic, payload);
      return { kept, refusal: clean.refusal(topic, reason, payload, kept) };
    } catch (error) {
      log.error({ err: error, topic }, "refused payload could not be cleaned and is not kept");
      return { kept: Buffer.alloc(0), refusal: { ...reason, value: "" } };
    }
  }

  return { accept, refuse: refuseMessage };
}

/** A reading on its way into the journal. */
type Found = Omit<ReadingLine, "stem">;

function readingFrom({ state, stream }: Route, checked: CheckedReading, at: number): Reading {
  const { event, ts, quality, values } = checked;
  return { device: state.known.device, stream: stream as Reading["stream"], event, at, ts, quality, values };
}

/** The message is ingested again, and the device has said something since it came. */
function isHistory({ receivedAt }: Message, { twin }: DeviceState): boolean {
  return receivedAt !== undefined && receivedAt < twin.lastAt;
}

function notTheGateway(device: DeviceName): Refusal {
  return refuse(
    "device-unknown",
    "",
    device,
    `${device} stands for the gateway, and nobody else speaks for it`,
  );
}

function internalFault(error: unknown): Refusal {
  const message = `the gateway could not read this message for a fault of its own (${messageOf(error)}); it is kept`;
  return refuse("internal-fault", "", undefined, message);
}
