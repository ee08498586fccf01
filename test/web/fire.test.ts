import { describe, expect, test } from "vitest";
import { ApiError } from "../../dashboards/web/api/api-error.ts";
import { stateWith } from "../../dashboards/web/fire/next-step.ts";
import { mostWaiting, openOutbox, type Tap } from "../../dashboards/web/fire/outbox.ts";
import { byNeed } from "../../dashboards/web/fire/urgency.ts";
import { hushMs, lostAfterMs, whatSounds } from "../../dashboards/web/fire/what-sounds.ts";

const calls = { unanswered: [], dutyChecks: 0, lostAt: undefined, hush: undefined };

describe("what sounds", () => {
  test("is the fire before everything, then the duty check, then the lost connection", () => {
    const all = { ...calls, unanswered: ["a"], dutyChecks: 1, lostAt: 0 };
    expect(whatSounds(calls, 0)).toBeUndefined();
    expect(whatSounds(all, lostAfterMs)).toBe("alarm");
    expect(whatSounds({ ...all, unanswered: [] }, lostAfterMs)).toBe("check");
    expect(whatSounds({ ...calls, lostAt: 0 }, lostAfterMs - 1)).toBeUndefined();
    expect(whatSounds({ ...calls, lostAt: 0 }, lostAfterMs)).toBe("lost");
  });

  test("is nothing while somebody wants quiet, except what began after he said so", () => {
    const hush = { until: hushMs, incidents: ["a"] };
    expect(whatSounds({ ...calls, unanswered: ["a"], hush }, hushMs - 1)).toBeUndefined();
    expect(whatSounds({ ...calls, unanswered: ["a"], hush }, hushMs)).toBe("alarm");
    expect(whatSounds({ ...calls, unanswered: ["a", "b"], hush }, 0)).toBe("alarm");
    expect(whatSounds({ ...calls, dutyChecks: 1, lostAt: 0, hush }, hushMs - 1)).toBeUndefined();
  });
});

test("an incident has come as far as the taps that wait will take it", () => {
  const incident = { id: "i", state: "detected" } as const;
  const tap = (path: string, of = "i") => ({ incident: of, path });
  expect(stateWith(incident, [])).toBe("detected");
  expect(stateWith(incident, [tap("acknowledge"), tap("notes"), tap("dispatch"), tap("arrive", "j")])).toBe(
    "dispatched",
  );
  expect(stateWith(incident, [tap("dispatch")])).toBe("detected");
  expect(stateWith(incident, [tap("false-alarm")])).toBe("false-alarm");
  expect(stateWith({ id: "i", state: "controlled" }, [tap("close")])).toBe("closed");
});

test("what nobody has answered comes first, the longest waiting before, and a drill never before a fire", () => {
  const one = (
    id: string,
    state: "detected" | "arrived",
    detectedAt: string,
    drill: string | null = null,
  ) => ({
    ...{ id, state, detectedAt, drill },
  });
  const sorted = byNeed([
    one("drill", "detected", "1", "d"),
    one("in hand", "arrived", "0"),
    one("new", "detected", "3"),
    one("old", "detected", "2"),
  ]);
  expect(sorted.map(({ id }) => id)).toEqual(["old", "new", "in hand", "drill"]);
});

describe("the outbox", () => {
  /** An outbox whose network and time a test moves; `answers` are taken in turn, then everything arrives. */
  function anOutbox(answers: (Error | undefined)[] = [], storage = aStorage(), owner = "person:1") {
    const sent: Tap[] = [];
    const later: (() => void)[] = [];
    let keys = 0;
    const box = openOutbox({
      ...{ owner, storage, now: () => 1000, newKey: () => `key-${++keys}` },
      later: (_ms, run) => later.push(run),
      async send(tap) {
        const answer = answers.shift();
        if (answer !== undefined) throw answer;
        sent.push(tap);
      },
    });
    return { box, sent, storage, later, paths: () => sent.map(({ path }) => path) };
  }
  const tap = (path: string) => ({ incident: "i", path, body: {} });
  const away = () => new ApiError({ status: 0, code: "network", detail: "away" });
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  test("sends in order, and goes on from where it stopped with the same key", async () => {
    const { box, sent, later, paths } = anOutbox([away()]);
    box.put(tap("acknowledge"));
    box.put(tap("dispatch"));
    await settled();
    expect(paths()).toEqual([]);
    const [first] = box.waiting.value;
    later.shift()?.();
    await settled();
    expect(paths()).toEqual(["acknowledge", "dispatch"]);
    expect(sent[0]?.key).toBe(first?.key);
    expect(box.taps.value).toEqual([]);
  });

  test("tries again by one timer, however many wait", async () => {
    const { box, later, paths } = anOutbox([away(), away(), away()]);
    for (const path of ["acknowledge", "dispatch", "arrive"]) {
      box.put(tap(path));
      await settled();
    }
    expect(later).toHaveLength(1);
    later.shift()?.();
    await settled();
    expect(paths()).toEqual(["acknowledge", "dispatch", "arrive"]);
  });

  test("survives the page, and is not sent in another person's name", async () => {
    const { box, storage } = anOutbox([away()]);
    box.put(tap("acknowledge"));
    await settled();
    const other = anOutbox([], storage, "person:2");
    await settled();
    expect(other.sent).toEqual([]);
    const again = anOutbox([], storage);
    await settled();
    expect(again.sent).toMatchObject([{ path: "acknowledge", at: 1000 }]);
    expect(anOutbox([], storage).box.taps.value).toEqual([]);
  });

  test("sets aside what is refused, says why, and sends what comes after it", async () => {
    const { box, paths } = anOutbox([
      new ApiError({ status: 409, code: "conflict", detail: "somebody was first" }),
    ]);
    box.put(tap("acknowledge"));
    box.put(tap("notes"));
    await settled();
    expect(paths()).toEqual(["notes"]);
    expect(box.taps.value).toMatchObject([{ refusal: { code: "conflict", detail: "somebody was first" } }]);
    box.dismiss(box.taps.value[0]!.key);
    expect(box.taps.value).toEqual([]);
  });

  test("keeps what a busy gateway or an ended session turned away", async () => {
    for (const status of [401, 429, 503]) {
      const { box, paths } = anOutbox([new ApiError({ status, code: "x", detail: "" })]);
      box.put(tap("acknowledge"));
      await settled();
      expect(box.waiting.value, String(status)).toHaveLength(1);
      box.wake();
      await settled();
      expect(paths()).toEqual(["acknowledge"]);
    }
  });

  test("takes no more than its bound, and works where the browser keeps nothing", async () => {
    const full = {
      getItem: () => "no JSON",
      setItem() {
        throw new DOMException("full", "QuotaExceededError");
      },
    };
    const { box } = anOutbox(Array.from({ length: 100 }, away), full);
    for (let i = 0; i < mostWaiting; i++) expect(box.put(tap("notes"))).toBe(true);
    expect(box.put(tap("notes"))).toBe(false);
  });
});

function aStorage() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
  };
}
