import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Journal } from "../journal/contract.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { JournalRecord } from "../types.ts";
import { catchUp } from "./catch-up.ts";
import type { Hub, ResetReason, ScreenRequest } from "./contract.ts";
import { alertEventOf, eventOf, incidentEventOf, type LiveEvent, wants } from "./events.ts";
import { frame, frameHeartbeat, frameSnapshot, groupByFilter, heartbeat, hello } from "./frames.ts";
import { createScreen, type Screen } from "./screen.ts";
import type { LiveSettings } from "./settings.ts";

/** What the hub works with. */
export interface HubParts {
  readonly journal: Pick<Journal, "onCommit" | "read" | "last" | "first">;
  readonly settings: LiveSettings;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

/**
 * Sends what the journal has made durable to the screens that watch. Make it after the views that a snapshot is read
 * from, so that they have taken a commit before the hub sends it.
 */
export function createHub({ journal, settings, clock, metrics, log }: HubParts): Hub {
  const screens = new Set<Screen>();
  /** Where the gateway looks itself. */
  const own = new Set<Screen>();
  const cuts = metrics.countBy("live_screens_cut", "Streams ended by the gateway, by reason", "reason");
  const resets = metrics.countBy("live_resets", "Streams that asked to resume and got a snapshot", "reason");
  const resumes = metrics.count("live_resumes", "Streams that resumed without a gap");
  const urgents = metrics.count("live_urgent", "Critical changes shown before they were durable");
  const unreadable = metrics.count(
    "live_unreadable_records",
    "Journal records that no event could be made of",
  );
  metrics.gauge("live_screens", "Streams that are served now", () => screens.size);
  let committed = journal.last();
  let stopTimers: (() => void) | undefined;
  const stopListening = journal.onCommit((first, records) => {
    committed = first + records.length - 1;
    if (screens.size > 0) broadcast(first, records);
  });

  function read(record: string): LiveEvent | undefined {
    try {
      return eventOf(JSON.parse(record) as JournalRecord);
    } catch (error) {
      unreadable.add();
      log.debug({ reason: messageOf(error) }, "journal record has no event");
      return undefined;
    }
  }

  function broadcast(first: number, records: readonly string[]): void {
    const groups = groupByFilter(screens);
    if (groups.length === 0) return;
    const noReadings = groups.every(({ filter }) => filter.types?.includes("reading") === false);
    for (const [index, record] of records.entries()) {
      // The path writes `type` first; seeing it spares the parsing of what nobody watches.
      if (noReadings && record.startsWith('{"type":"reading"')) continue;
      const event = read(record);
      if (event === undefined) continue;
      const framed = frame(event, first + index);
      for (const group of groups) if (wants(group.filter, event)) group.text += framed;
    }
    for (const { text, members } of groups) {
      if (text === "") continue;
      const bytes = Buffer.from(text);
      for (const screen of members) screen.send(bytes);
    }
  }

  function open(request: ScreenRequest): void {
    // A client that left while its request was being read will never say so again.
    if (request.outlet.destroyed) return;
    const screen = createScreen({
      request,
      queueBytes: settings.queueBytes,
      clock,
      onCut: (reason) => cuts.add(reason),
    });
    if (request.isGateway) {
      own.add(screen);
      request.outlet.once("close", () => own.delete(screen));
      screen.send(hello);
      return;
    }
    screens.add(screen);
    request.outlet.once("close", () => leave(screen));
    stopTimers ??= startTimers();
    const { lastEventId } = request;
    const reset = lastEventId === undefined ? undefined : whyReset(lastEventId);
    if (lastEventId === undefined || reset !== undefined) sendSnapshot(screen, reset);
    else resume(screen, lastEventId);
  }

  function sendSnapshot(screen: Screen, reset: ResetReason | undefined): void {
    if (reset !== undefined) resets.add(reset);
    try {
      const state = screen.request.snapshot({ sequence: committed, reset });
      screen.send(frameSnapshot(state, committed));
      screen.isLive = true;
    } catch (error) {
      log.error({ err: error }, "snapshot of a stream failed");
      screen.end();
    }
  }

  function resume(screen: Screen, from: number): void {
    resumes.add();
    screen.send(hello);
    catchUp({
      screen,
      from,
      committed: () => committed,
      read: (sequence) => journal.read(sequence),
      textOf(record, sequence) {
        const event = read(record);
        return event !== undefined && wants(screen.request.filter, event) ? frame(event, sequence) : "";
      },
    }).catch((error: unknown) => {
      log.warn({ err: error }, "stream could not be resumed");
      screen.end();
    });
  }

  function whyReset(lastEventId: number): ResetReason | undefined {
    if (!Number.isSafeInteger(lastEventId) || lastEventId < 0) return "unknown-id";
    if (lastEventId > committed) return "too-far";
    if (lastEventId + 1 < journal.first() || committed - lastEventId > settings.resumeRecords) {
      return "too-old";
    }
    return undefined;
  }

  function startTimers(): () => void {
    const stopBeat = clock.every(settings.heartbeatMs, beat);
    const stopWatch = clock.every(watchMs, () => {
      for (const screen of screens) {
        if (screen.isStuckSince(clock.now() - settings.slowMs)) screen.cut("slow");
      }
    });
    return () => {
      stopBeat();
      stopWatch();
    };
  }

  function beat(): void {
    const live = Buffer.from(frameHeartbeat(committed));
    for (const screen of screens) {
      if (!screen.request.isAllowed()) screen.cut("token");
      else screen.send(screen.isLive ? live : heartbeat);
    }
  }

  function leave(screen: Screen): void {
    screens.delete(screen);
    if (screens.size > 0) return;
    stopTimers?.();
    stopTimers = undefined;
  }

  function endAll(): void {
    for (const screen of screens) {
      screen.end();
      leave(screen);
    }
    for (const screen of own) screen.end();
  }

  return {
    isFull: () => screens.size >= settings.screens,
    open,
    urgent(happening) {
      const isSelfTest = "selfTest" in happening;
      const watching = isSelfTest ? own : screens;
      if (watching.size === 0) return 0;
      const event = "incident" in happening ? incidentEventOf(happening) : alertEventOf(happening);
      if (event === undefined) return 0;
      if (!isSelfTest) urgents.add();
      const bytes = Buffer.from(frame(event, undefined));
      let shown = 0;
      for (const screen of watching) {
        if (!wants(screen.request.filter, event)) continue;
        screen.send(bytes);
        shown += 1;
      }
      return shown;
    },
    screens: () => screens.size,
    endAll,
    close() {
      stopListening();
      endAll();
    },
  };
}

/** How often frozen screens are looked for, ms. */
const watchMs = 1000;
