import { type InjectionKey, inject, type ShallowRef, shallowRef } from "vue";
import { goToLogin } from "../api/client.ts";
import { gatewayNow, setGatewayTime } from "../format/clock.ts";
import { createBatches } from "./batches.ts";
import { type ConnectionState, openConnection } from "./connection.ts";
import { createQuestions } from "./questions.ts";
import type { StreamEvent } from "./sse.ts";
import { createStore, type LiveEvent, type LiveStore } from "./store.ts";

/** The live side of a screen: one connection and the state that it keeps up to date. */
export interface Live extends LiveStore {
  readonly connection: Readonly<ShallowRef<ConnectionState>>;
  /** When the connection was lost, epoch ms; undefined while it is not. */
  readonly lostAt: Readonly<ShallowRef<number | undefined>>;
  /** When the gateway was last heard, a heartbeat at least, by its own clock, epoch ms. */
  readonly heardAt: Readonly<ShallowRef<number>>;
}

/** What a screen watches; everything when absent. */
export interface LiveFilter {
  readonly types?: readonly ("reading" | "presence" | "alert" | "incident" | "duty-check" | "command")[];
  readonly site?: string;
}

/** Under which an app provides its live side. */
export const liveKey: InjectionKey<Live> = Symbol("live");

/** The live side of the app that a component is in. */
export function useLive(): Live {
  return inject(liveKey) as Live;
}

/** Opens the stream of this tab. Call it once, after `loadCatalogue`. */
export function startLive(filter: LiveFilter = {}): Live {
  const store: LiveStore = createStore(createQuestions(() => store));
  const connection = shallowRef<ConnectionState>("connecting");
  const lostAt = shallowRef<number>();
  const heardAt = shallowRef(gatewayNow());
  const batches = createBatches<LiveEvent>({
    // A page in the background draws no frames, yet an alarm must sound.
    soon: (run) => (document.hidden ? queueMicrotask(run) : requestAnimationFrame(run)),
    take: store.apply,
  });

  const stream = openConnection({
    url: addressOf(filter),
    fetch: (url, options) => fetch(url, { ...options, cache: "no-store" }),
    now: Date.now,
    later(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    onEvents(events) {
      batches.add(events.flatMap(readEvent));
    },
    onState(state) {
      if (state === "live") heardAt.value = gatewayNow();
      if (state === connection.value) return;
      connection.value = state;
      lostAt.value = state === "lost" ? (lostAt.value ?? gatewayNow()) : undefined;
    },
    onEnded: goToLogin,
  });
  addEventListener("online", () => stream.wake());
  document.addEventListener("visibilitychange", () => {
    batches.flush();
    if (!document.hidden) stream.wake();
  });
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
  return { ...store, connection, lostAt, heardAt };
}

function addressOf({
  types = ["reading", "presence", "alert", "incident", "duty-check", "command"],
  site,
}: LiveFilter): string {
  const query = new URLSearchParams({ types: types.join(",") });
  if (site !== undefined) query.set("site", site);
  return `/api/v1/stream?${query}`;
}

function readEvent({ event, data, id }: StreamEvent): LiveEvent[] {
  if (event === undefined || !known.has(event)) return [];
  const read = { type: event, data: JSON.parse(data), isDurable: id !== undefined } as LiveEvent;
  if (read.type === "snapshot") setGatewayTime(Date.parse(read.data.at));
  return [read];
}

const known: ReadonlySet<string> = new Set([
  "snapshot",
  "reading",
  "presence",
  "alert",
  "incident",
  "duty-check",
  "command",
]);
