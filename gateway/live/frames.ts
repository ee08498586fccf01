import type { ScreenFilter } from "./contract.ts";
import type { LiveEvent } from "./events.ts";
import type { Screen } from "./screen.ts";

/** First bytes of a stream: a client that lost it waits so long before it comes back. */
export const hello = "retry: 2000\n\n";

/** An event as it is on the wire; without id when it is not durable yet. */
export function frame({ type, json }: LiveEvent, id: number | undefined): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${type}\ndata: ${json}\n\n`;
}

/** A snapshot as it is on the wire. */
export function frameSnapshot(state: unknown, id: number): string {
  return `${hello}id: ${id}\nevent: snapshot\ndata: ${JSON.stringify(state)}\n\n`;
}

/** A comment that keeps a connection open. */
export const heartbeat = ": heartbeat\n\n";

/**
 * A heartbeat that moves the browser's Last-Event-ID without an event, so that a quiet stream resumes from here and not
 * from long ago.
 */
export function frameHeartbeat(id: number): string {
  return `: heartbeat\nid: ${id}\n\n`;
}

/** Screens that see the same, and what they are about to be sent. */
export interface Audience {
  readonly filter: ScreenFilter;
  readonly members: readonly Screen[];
  text: string;
}

/** Screens that see the same share one buffer, whatever their number. */
export function groupByFilter(screens: Iterable<Screen>): Audience[] {
  const groups = new Map<string, Audience & { readonly members: Screen[] }>();
  for (const screen of screens) {
    if (!screen.isLive) continue;
    const { filter } = screen.request;
    const { sites, kind, device, types } = filter;
    const key = [sites?.join(), kind, device, types?.join()].join(" ");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { filter, members: [screen], text: "" });
    else group.members.push(screen);
  }
  return [...groups.values()];
}
