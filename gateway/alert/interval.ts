import type { KnownDevice } from "../types.ts";
import type { QuietSettings } from "./settings.ts";

/** What a device showed of its usual interval: its last gaps between messages, ms. */
export interface Gaps {
  /** Receive time of the last message that counted, epoch ms. */
  from: number;
  /** The newest replace the oldest. */
  readonly last: number[];
  count: number;
  /** Learned interval, ms; undefined until there are enough gaps. */
  interval: number | undefined;
}

/** Nothing seen yet. */
export function createGaps(): Gaps {
  return { from: 0, last: [], count: 0, interval: undefined };
}

/**
 * Notes a message. The interval is the gap that nine of ten do not exceed, so that one outage changes nothing and a new
 * rhythm is taken over after a few messages. A burst counts as one message: people at a gate say nothing about its heartbeat.
 */
export function noteGap(gaps: Gaps, at: number, settings: QuietSettings): void {
  const gap = at - gaps.from;
  if (gaps.from !== 0 && gap >= 0 && gap < settings.learnedMinMs) return;
  const isFirst = gaps.from === 0 || gap < 0;
  gaps.from = at;
  if (isFirst) return;
  gaps.last[gaps.count % kept] = gap;
  gaps.count++;
  if (gaps.count < settings.learnAfterGaps || (gaps.count % 4 !== 0 && gaps.interval !== undefined)) return;
  const sorted = [...gaps.last].sort((a, b) => a - b);
  const usual = sorted[Math.floor((sorted.length - 1) * 0.9)]!;
  gaps.interval = Math.min(Math.max(usual, settings.learnedMinMs), settings.learnedMaxMs);
}

/** Gaps that are looked at. */
const kept = 32;

/** How often the device usually sends, ms. */
export function intervalOf(device: KnownDevice, gaps: Gaps | undefined): number {
  return gaps?.interval ?? device.intervalMs ?? device.definition.intervalMs;
}

/** Silence after which it is called gone, ms. `share` (0 to 1) is the device's own part of the jitter. */
export function deadlineOf(
  device: KnownDevice,
  { gaps, share, settings }: { gaps: Gaps | undefined; share: number; settings: QuietSettings },
): number {
  const own = gaps?.interval ?? device.intervalMs;
  const silence = own === undefined ? device.definition.quietAfterMs : own * settings.factor;
  return Math.round(silence + share * Math.min(silence * settings.jitterRatio, settings.jitterMaxMs));
}

/** A number from 0 to 1 that belongs to the name, the same after every start (FNV-1a, mixed so that d1 and d2 lie apart). */
export function shareOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
