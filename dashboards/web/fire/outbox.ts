import { computed, type Ref, ref, shallowRef } from "vue";
import { ApiError } from "../api/api-error.ts";

/** Something that a person did about an incident, on its way to the gateway. */
export interface Tap {
  /** Also the idempotency key. */
  readonly key: string;
  readonly incident: string;
  /** Last part of the call: `acknowledge`, `notes`. */
  readonly path: string;
  readonly body: Readonly<Record<string, string>>;
  /** When it was tapped, by the gateway's clock, epoch ms. */
  readonly at: number;
  /** Set when the gateway refused it; it is shown until somebody has read it. */
  readonly refusal?: { readonly code: string; readonly detail: string };
}

/** What a person did, kept until the gateway has it. */
export interface Outbox {
  readonly taps: Readonly<Ref<readonly Tap[]>>;
  /** Those that were not refused. */
  readonly waiting: Readonly<Ref<readonly Tap[]>>;
  /** Keeps it and sends it. False: too much waits already. */
  put(tap: Omit<Tap, "key" | "at" | "refusal">): boolean;
  /** Takes a refused one away. */
  dismiss(key: string): void;
  /** The connection is back: does not wait for any timer. */
  wake(): void;
}

/** What the outbox works with; a test gives its own. */
export interface OutboxParts {
  /** Whose taps: another person on the same phone must not send them in his name. */
  readonly owner: string;
  readonly storage: Pick<Storage, "getItem" | "setItem">;
  /** Throws `ApiError`. */
  readonly send: (tap: Tap) => Promise<unknown>;
  readonly now: () => number;
  readonly newKey: () => string;
  readonly later: (ms: number, run: () => void) => unknown;
}

/** Most that waits; a crew does not tap so often in one fire. */
export const mostWaiting = 50;
/** Wait before what could not be sent is tried again, ms. */
const againMs = 3_000;

/**
 * Opens the outbox with what an earlier page left in it. Taps are sent one after the other in their order: what could not be sent waits
 * with all that came after it; what the gateway refused stands aside with the reason.
 */
export function openOutbox({ owner, storage, send, now, newKey, later }: OutboxParts): Outbox {
  const place = `linli.fire.taps.${owner}`;
  const taps = shallowRef<readonly Tap[]>(read());
  const waiting = computed(() => taps.value.filter(({ refusal }) => refusal === undefined));
  const isSending = ref(false);
  let isPlanned = false;

  function read(): Tap[] {
    try {
      const kept: unknown = JSON.parse(storage.getItem(place) ?? "[]");
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }

  function keep(next: readonly Tap[]): void {
    taps.value = next;
    // A browser that keeps nothing still sends what this page holds.
    try {
      storage.setItem(place, JSON.stringify(next));
    } catch {}
  }

  async function run(): Promise<void> {
    if (isSending.value) return;
    isSending.value = true;
    try {
      for (let next = waiting.value[0]; next !== undefined; next = waiting.value[0]) await deliver(next);
    } catch {
      again();
    } finally {
      isSending.value = false;
    }
  }

  /** One timer for all that waits; a crew's taps must not add up to a storm of calls. */
  function again(): void {
    if (isPlanned) return;
    isPlanned = true;
    later(againMs, () => {
      isPlanned = false;
      void run();
    });
  }

  async function deliver(tap: Tap): Promise<void> {
    try {
      await send(tap);
      keep(taps.value.filter(({ key }) => key !== tap.key));
    } catch (error) {
      if (!(error instanceof ApiError) || !isFinal(error)) throw error;
      const refusal = { code: error.code, detail: error.message };
      keep(taps.value.map((one) => (one.key === tap.key ? { ...one, refusal } : one)));
    }
  }

  void run();
  return {
    taps,
    waiting,
    put(tap) {
      if (waiting.value.length >= mostWaiting) return false;
      keep([...taps.value, { ...tap, key: newKey(), at: now() }]);
      void run();
      return true;
    },
    dismiss(key) {
      keep(taps.value.filter((tap) => tap.key !== key));
    },
    wake: () => void run(),
  };
}

/** Whether the gateway would say the same again. A session that ended is opened anew by the log-in, and the tap is sent then. */
function isFinal({ status }: ApiError): boolean {
  return status >= 400 && status < 500 && ![401, 408, 425, 429].includes(status);
}
