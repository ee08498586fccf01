import { describe, expect, test } from "vitest";
import { ApiError } from "../../dashboards/web/api/api-error.ts";
import { nextStep, stateWith } from "../../dashboards/web/fire/next-step.ts";
import { mostWaiting, type OutboxParts, openOutbox, type Tap } from "../../dashboards/web/fire/outbox.ts";

/** An outbox on a phone whose connection, clock and timers the test holds. */
function aPhone(storage = aStorage()) {
  const sent: Tap[] = [];
  const timers: (() => void)[] = [];
  let answer: (tap: Tap) => unknown = () => undefined;
  let keys = 0;
  const parts: OutboxParts = {
    ...{ owner: "wang", storage, now: () => 1_000 },
    newKey: () => `key-${++keys}`,
    later: (_, run) => void timers.push(run),
    send: async (tap) => {
      await answer(tap);
      sent.push(tap);
    },
  };
  return {
    ...{ sent, timers, storage },
    open: (owner = "wang") => openOutbox({ ...parts, owner }),
    answers(next: (tap: Tap) => unknown) {
      answer = next;
    },
  };
}

function aStorage(): OutboxParts["storage"] {
  const kept = new Map<string, string>();
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => void kept.set(name, text) };
}

function refuse(status: number, code = "network"): () => never {
  return () => {
    throw new ApiError({ status, code, detail: "no" });
  };
}

const acknowledge = { incident: "i1", path: "acknowledge", body: {} };
const dispatch = { incident: "i1", path: "dispatch", body: {} };
/** Lets everything run that waits for no timer. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("taps of a crew", () => {
  test("are sent in their order, each once", async () => {
    const phone = aPhone();
    const outbox = phone.open();
    outbox.put(acknowledge);
    outbox.put(dispatch);
    await settled();
    expect(phone.sent.map(({ path }) => path)).toEqual(["acknowledge", "dispatch"]);
    expect(outbox.taps.value).toEqual([]);
  });

  test("wait without a connection with the time they were made, and none overtakes another", async () => {
    const phone = aPhone();
    phone.answers(refuse(0));
    const outbox = phone.open();
    outbox.put(acknowledge);
    outbox.put(dispatch);
    await settled();
    expect(outbox.waiting.value).toMatchObject([
      { path: "acknowledge", at: 1_000 },
      { path: "dispatch", at: 1_000 },
    ]);
    phone.answers(() => undefined);
    outbox.wake();
    await settled();
    expect(phone.sent.map(({ key }) => key)).toEqual(["key-1", "key-2"]);
  });

  test("are tried again by one timer, however many wait", async () => {
    const phone = aPhone();
    phone.answers(refuse(503, "unavailable"));
    const outbox = phone.open();
    for (const tap of [acknowledge, dispatch, acknowledge]) {
      outbox.put(tap);
      await settled();
    }
    expect(phone.timers).toHaveLength(1);
    phone.answers(() => undefined);
    phone.timers[0]?.();
    await settled();
    expect(phone.sent).toHaveLength(3);
  });

  test("survive a page that is loaded anew, under the same key, and another person does not send them", async () => {
    const phone = aPhone();
    phone.answers(refuse(0));
    phone.open().put(acknowledge);
    await settled();
    phone.answers(() => undefined);
    expect(phone.open("li").taps.value).toEqual([]);
    phone.open();
    await settled();
    expect(phone.sent.map(({ key }) => key)).toEqual(["key-1"]);
    expect(phone.open().taps.value).toEqual([]);
  });

  test("that somebody else was faster with stand aside with the reason, and the next ones go on", async () => {
    const phone = aPhone();
    phone.answers((tap) => tap.path === "acknowledge" && refuse(409, "conflict")());
    const outbox = phone.open();
    outbox.put(acknowledge);
    outbox.put(dispatch);
    await settled();
    expect(phone.sent.map(({ path }) => path)).toEqual(["dispatch"]);
    expect(outbox.taps.value).toMatchObject([{ path: "acknowledge", refusal: { code: "conflict" } }]);
    outbox.dismiss("key-1");
    expect(outbox.taps.value).toEqual([]);
  });

  test.each([401, 408, 425, 429, 500, 503])("are kept when the gateway answers %i", async (status) => {
    const phone = aPhone();
    phone.answers(refuse(status));
    const outbox = phone.open();
    outbox.put(acknowledge);
    await settled();
    expect(outbox.waiting.value).toHaveLength(1);
  });

  test("are refused when too many wait, so that nobody believes in one that is not kept", async () => {
    const phone = aPhone();
    phone.answers(refuse(0));
    const outbox = phone.open();
    for (let nth = 0; nth < mostWaiting; nth++) expect(outbox.put(acknowledge)).toBe(true);
    expect(outbox.put(dispatch)).toBe(false);
    expect(outbox.waiting.value).toHaveLength(mostWaiting);
    await settled();
  });

  test("are sent although the browser keeps nothing or kept nonsense", async () => {
    const full = aPhone({
      getItem: () => "{nonsense",
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
    });
    full.open().put(acknowledge);
    await settled();
    expect(full.sent).toHaveLength(1);
  });
});

describe("the state that a crew sees", () => {
  test("is where its waiting taps lead, and taps of another incident do not count", () => {
    const incident = { id: "i1", state: "detected" } as const;
    expect(stateWith(incident, [])).toBe("detected");
    expect(stateWith(incident, [acknowledge, dispatch])).toBe("dispatched");
    expect(stateWith(incident, [{ ...acknowledge, incident: "i2" }])).toBe("detected");
    expect(stateWith(incident, [acknowledge, { incident: "i1", path: "false-alarm" }])).toBe("false-alarm");
    expect(stateWith(incident, [{ incident: "i1", path: "notes" }])).toBe("detected");
  });

  test("offers one step after another until the fire is under control", () => {
    const paths = (["detected", "acknowledged", "dispatched", "arrived"] as const).map(
      (state) => nextStep(state)?.path,
    );
    expect(paths).toEqual(["acknowledge", "dispatch", "arrive", "control"]);
    expect(nextStep("controlled")).toBeUndefined();
  });
});
