import { computed, type InjectionKey, inject, onScopeDispose, type Ref, ref, shallowRef, watch } from "vue";
import { useNow } from "../format/clock.ts";
import type { Live } from "../live/live.ts";
import { createSiren, type Siren } from "../sound/siren.ts";
import { stateWith } from "./next-step.ts";
import type { Outbox } from "./outbox.ts";
import { type Calls, hushMs, whatSounds } from "./what-sounds.ts";

/** A person keeps watch with this screen: it sounds, shakes and stays on. */
export interface DutyMode {
  readonly siren: Siren;
  /** Somebody has begun his watch on this tab, and not ended it; sound may still need a tap. */
  readonly isOn: Readonly<Ref<boolean>>;
  /** On, but the browser keeps the sound back until somebody touches the page: it was loaded anew, or another app took the sound. */
  readonly needsTap: Readonly<Ref<boolean>>;
  /** Whether the screen is kept from going dark. */
  readonly staysOn: Readonly<Ref<boolean>>;
  /** Until when a person wants quiet, epoch ms. */
  readonly hushedUntil: Readonly<Ref<number | undefined>>;
  /** Call it while a tap is handled. */
  start(): Promise<void>;
  stop(): void;
  /** Quiet for half a minute, about what is known now. */
  hush(): void;
  /** Sounds for a moment. Call it while a tap is handled. */
  tryOut(): Promise<void>;
}

/** Under which the app provides it. */
export const dutyModeKey: InjectionKey<DutyMode> = Symbol("duty mode");

/** The watch of the app that a component is in. */
export function useDutyMode(): DutyMode {
  return inject(dutyModeKey) as DutyMode;
}

const kept = "linli.fire.duty";
/** A trial of the siren lasts so long, ms. */
const trialMs = 2_000;
/** What a phone does in each second of an alarm, ms on and off. */
const shake = [450, 150, 450];

/**
 * Makes the watch of this tab over what the live side knows. What was tapped here is answered here, sent or not; a wall, where nobody
 * taps, has no taps.
 */
export function createDutyMode(
  live: Pick<Live, "incidents" | "dutyChecks" | "lostAt">,
  taps?: Pick<Outbox, "waiting">,
): DutyMode {
  const siren = createSiren();
  const now = useNow();
  const isOn = ref(sessionStorage.getItem(kept) === "on");
  const staysOn = ref(false);
  const isTrial = ref(false);
  const hush = shallowRef<Calls["hush"]>();
  let lock: WakeLockSentinel | undefined;

  const unanswered = computed(() =>
    live.incidents.value
      .filter((incident) => stateWith(incident, taps?.waiting.value ?? []) === "detected")
      .map(({ id }) => id),
  );
  const sound = computed(() => {
    if (isTrial.value) return "alarm";
    if (!isOn.value) return undefined;
    const calls = { unanswered: unanswered.value, dutyChecks: live.dutyChecks.value.length };
    return whatSounds({ ...calls, lostAt: live.lostAt.value, hush: hush.value }, now.value);
  });
  watch(
    sound,
    (pattern) => {
      if (pattern === undefined) siren.stop();
      else siren.play(pattern);
    },
    { immediate: true },
  );
  const shaking = setInterval(() => {
    // Before the first tap a browser lets nothing shake.
    if (!siren.isUnlocked.value) return;
    if (sound.value === "alarm" || sound.value === "check") navigator.vibrate?.(shake);
  }, 1_200);

  async function keepScreenOn(): Promise<void> {
    if (!isOn.value || document.hidden || lock !== undefined || !("wakeLock" in navigator)) return;
    try {
      lock = await navigator.wakeLock.request("screen");
      staysOn.value = true;
      lock.addEventListener("release", () => {
        lock = undefined;
        staysOn.value = false;
      });
    } catch {
      // A battery that runs low may refuse it; the screen says that it may go dark.
      staysOn.value = false;
    }
  }

  const look = () => void keepScreenOn();
  document.addEventListener("visibilitychange", look);
  look();
  onScopeDispose(() => {
    document.removeEventListener("visibilitychange", look);
    clearInterval(shaking);
    siren.stop();
  });

  return {
    siren,
    isOn,
    staysOn,
    needsTap: computed(() => isOn.value && !siren.isUnlocked.value),
    hushedUntil: computed(() =>
      hush.value !== undefined && now.value < hush.value.until ? hush.value.until : undefined,
    ),
    async start() {
      isOn.value = true;
      sessionStorage.setItem(kept, "on");
      await siren.unlock();
      await keepScreenOn();
    },
    stop() {
      isOn.value = false;
      sessionStorage.removeItem(kept);
      void lock?.release();
    },
    hush() {
      hush.value = { until: now.value + hushMs, incidents: unanswered.value };
    },
    async tryOut() {
      await siren.unlock();
      isTrial.value = true;
      setTimeout(() => {
        isTrial.value = false;
      }, trialMs);
    },
  };
}
