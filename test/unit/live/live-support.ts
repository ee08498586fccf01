import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSystemClock } from "../../../gateway/clock.ts";
import { openJournal } from "../../../gateway/journal/file-journal.ts";
import { journalSettings } from "../../../gateway/journal/settings.ts";
import type { ScreenFilter } from "../../../gateway/live/contract.ts";
import { createHub, type HubParts } from "../../../gateway/live/hub.ts";
import { type LiveSettings, liveSettings } from "../../../gateway/live/settings.ts";
import { createLog } from "../../../gateway/log.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { Change, JournalRecord } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

/** One event as a screen sees it. */
export interface SeenEvent {
  readonly id: number | undefined;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A screen that reads the stream. */
export interface SeenStream {
  /** Every event so far. */
  readonly events: SeenEvent[];
  /** The last id, with or without an event. */
  lastId(): number | undefined;
  /** Resolves when the events so far satisfy `ready`; rejects when the stream ends before. */
  until(ready: (events: readonly SeenEvent[]) => boolean): Promise<SeenEvent[]>;
  ended: Promise<void>;
  /** Stops reading, so that the other end gets stuck. */
  freeze(): void;
  leave(): void;
}

/** A hub on a real journal in a temporary folder behind a real HTTP server. */
export async function openLive(
  settings: Partial<LiveSettings> = {},
  change: (parts: HubParts) => Partial<HubParts> = () => ({}),
) {
  const directory = await mkdtemp(join(tmpdir(), "linli-live-"));
  const clock = createFakeClock();
  const log = createLog({ level: "silent" });
  const metrics = createMetrics();
  const journal = await openJournal({
    directory,
    settings: journalSettings.parse({ reserveBytes: 0, growBytes: 0 }),
    clock: createSystemClock(),
    log,
    metrics: createMetrics(),
  });
  const parts: HubParts = { journal, settings: liveSettings.parse(settings), clock, metrics, log };
  const hub = createHub({ ...parts, ...change(parts) });
  let isAllowed = true;
  const server = createServer((request, response) => {
    const query = Object.fromEntries(new URL(request.url ?? "/", "http://x").searchParams);
    const { types, site, gateway, ...place } = query;
    const filter: ScreenFilter = {
      ...place,
      ...(site === undefined ? {} : { sites: site.split(",") }),
      ...(types === undefined ? {} : { types: types.split(",") as NonNullable<ScreenFilter["types"]> }),
    };
    const lastEventId = request.headers["last-event-id"];
    response.writeHead(200, { "content-type": "text/event-stream" });
    hub.open({
      filter,
      lastEventId: lastEventId === undefined ? undefined : Number(lastEventId),
      snapshot: ({ sequence, reset }) => ({ sequence, reset: reset ?? null }),
      isAllowed: () => isAllowed,
      isGateway: gateway !== undefined,
      outlet: response,
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    journal,
    hub,
    clock,
    metrics,
    watch: (query = "", lastEventId?: number) => watch({ port, query, lastEventId }),
    write: (...records: JournalRecord[]) => journal.write(records.map((record) => JSON.stringify(record))),
    forbid() {
      isAllowed = false;
    },
    async close() {
      hub.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await journal.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** A reading of a bin, unless told otherwise. */
export function aReading(values: Record<string, unknown> = { fill: 0.5 }, device = "xinfa/waste-bin/bin-1") {
  const at = Date.parse("2026-01-15T08:00:00Z");
  const message = { ts: at, seq: 1, boot: "b", ...values };
  return { type: "reading", at, ts: at, device, stream: "telemetry", quality: "good", message } as const;
}

/** A step of a fire alert, unless told otherwise. */
export function aChange(change: Partial<Change> = {}): Change {
  return {
    id: "change-1",
    alert: "alert-1",
    step: "raised",
    device: "xinfa/waste-bin/bin-1",
    rule: "fire",
    severity: "critical",
    at: Date.parse("2026-01-15T08:00:00Z"),
    values: { temperature: 90 },
    ...change,
  };
}

async function watch({
  port,
  query,
  lastEventId,
}: {
  port: number;
  query: string;
  lastEventId: number | undefined;
}): Promise<SeenStream> {
  const headers = lastEventId === undefined ? {} : { "last-event-id": String(lastEventId) };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ port, host: "127.0.0.1", path: `/${query}`, headers }, resolve)
      .on("error", reject)
      .end();
  });
  return readStream(response);
}

/** Reads Server-Sent Events from a response. */
export function readStream(response: IncomingMessage): SeenStream {
  const events: SeenEvent[] = [];
  const waiting = new Set<() => void>();
  let rest = "";
  let lastId: number | undefined;
  let isOver = false;
  const wake = () => {
    for (const look of waiting) look();
  };
  response.setEncoding("utf8");
  response.on("data", (chunk: string) => {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const lines = block.split("\n").map((line) => /^(\w*): ?(.*)$/.exec(line));
      const field = (name: string) => lines.find((line) => line?.[1] === name)?.[2];
      const id = field("id");
      if (id !== undefined) lastId = Number(id);
      const data = field("data");
      if (data === undefined) continue;
      events.push({
        id: id === undefined ? undefined : Number(id),
        event: field("event") ?? "",
        data: JSON.parse(data) as Record<string, unknown>,
      });
    }
    wake();
  });
  const ended = new Promise<void>((resolve) => {
    response.once("close", () => {
      isOver = true;
      resolve();
      wake();
    });
  });
  response.on("error", () => {});

  return {
    events,
    lastId: () => lastId,
    ended,
    until: (ready) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (ready(events)) resolve(events);
          else if (isOver) reject(new Error(`the stream ended after ${events.length} events`));
          else return;
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
    freeze: () => void response.pause(),
    leave: () => void response.destroy(),
  };
}
