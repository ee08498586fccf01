import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { TrialResult, TrialStage } from "./contract.ts";
import type { TrialSettings } from "./settings.ts";

/** Tests the path again and again, and knows whether it works. */
export interface SelfTestWatch {
  /** Tests at once, and from now on. Returns what ends it, a test that is under way included. */
  start(): () => Promise<void>;
  /** The last test came through. */
  isWorking(): boolean;
  state(): SelfTestState;
}

/** What the tests have shown. */
export interface SelfTestState {
  /** False when self-tests are switched off. */
  readonly isOn: boolean;
  /** What a test alarm is asked to come through. */
  readonly stages: readonly TrialStage[];
  /** No test has come through for `trial.failAfterMs`. */
  readonly isBroken: boolean;
  /** When a test came through last, epoch ms; undefined for never. */
  readonly lastOkAt: number | undefined;
  readonly last: TrialResult | undefined;
}

/** What the watch needs. */
export interface SelfTestWatchParts {
  readonly test: (stopped: AbortSignal) => Promise<TrialResult>;
  /** The stages that it asks. */
  readonly stages: readonly TrialStage[];
  /** Tells people that the path is broken, or works again. */
  readonly onBroken: (isBroken: boolean, reason: string) => void;
  readonly settings: Pick<TrialSettings, "selfTestMs" | "failAfterMs">;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, "countBy" | "gauge">;
  readonly log: Pick<Log, "warn" | "info">;
}

/** Makes the watch; it begins with `start`. The time without success is a timer's: a clock that is set breaks nothing. */
export function createSelfTestWatch(parts: SelfTestWatchParts): SelfTestWatch {
  const { test, stages, onBroken, settings, clock, metrics, log } = parts;
  const isOn = settings.selfTestMs > 0;
  const results = metrics.countBy(
    "self_tests",
    "Test alarms through the whole path, by ok or the stage where they stopped",
    "result",
  );
  let startedAt = clock.now();
  let last: TrialResult | undefined;
  let lastOkAt: number | undefined;
  let isBroken = false;
  let running: Promise<void> | undefined;
  let stopOverdue: (() => void) | undefined;
  metrics.gauge("self_test_age_seconds", "Time since a test alarm came through the whole path", () =>
    isOn ? (clock.now() - (lastOkAt ?? startedAt)) / 1000 : 0,
  );
  for (const stage of stages) {
    metrics.gauge(
      `self_test_${stage}_seconds`,
      `Time until the last test alarm was through: ${stage}`,
      () => (last?.took[stage] ?? 0) / 1000,
    );
  }

  function overdue(): void {
    isBroken = true;
    onBroken(true, reasonOf(last, settings.failAfterMs));
  }

  function expectNext(): void {
    stopOverdue?.();
    stopOverdue = clock.after(settings.failAfterMs, overdue);
  }

  async function run(stopped: AbortSignal): Promise<void> {
    const before = last;
    const result = await test(stopped);
    // What a stop has cut says nothing of the path.
    if (stopped.aborted) return;
    last = result;
    results.add(last.ok ? "ok" : last.stage);
    if (last.ok) {
      lastOkAt = clock.now();
      if (before?.ok === false) log.info({ took: last.took }, "test alarm comes through again");
      expectNext();
      if (isBroken) onBroken(false, "test alarms come through again");
      isBroken = false;
    } else if (before?.ok !== false || before.stage !== last.stage) {
      log.warn({ stage: last.stage, reason: last.reason }, "test alarm did not come through");
    }
  }

  return {
    start() {
      if (!isOn) return async () => {};
      const stop = new AbortController();
      const next = () => {
        running ??= run(stop.signal).finally(() => {
          running = undefined;
        });
      };
      startedAt = clock.now();
      expectNext();
      next();
      const stopTests = clock.every(settings.selfTestMs, next);
      return async () => {
        stopTests();
        stopOverdue?.();
        stop.abort();
        await running;
      };
    },
    isWorking: () => last?.ok === true && !isBroken,
    state: () => ({ isOn, stages, isBroken, lastOkAt, last }),
  };
}

function reasonOf(last: TrialResult | undefined, ms: number): string {
  const where = last === undefined || last.ok ? "no test has ended" : `${last.stage}: ${last.reason}`;
  return `no test alarm has come through for ${ms / 1000} s; ${where}`;
}
