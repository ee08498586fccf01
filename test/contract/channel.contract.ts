import { afterEach, describe, expect, test } from "vitest";
import type { GatewayError } from "../../gateway/errors.ts";
import type { Notification } from "../../gateway/notify/contract.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import type { Behaviour } from "../support/targets/platform.ts";
import {
  acts,
  aDelivery,
  aFire,
  type ChannelSubject,
  hostileName,
  type OpenSubject,
  type SubjectOptions,
} from "./channel-subject.ts";

const noSuchError = { message: "it was taken" } as GatewayError;

/** What every channel must do, against the other side's real protocol. */
export function channelContract(name: string, subject: ChannelSubject): void {
  const opened: OpenSubject[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  async function open(options: Partial<SubjectOptions> = {}) {
    const clock = options.clock ?? createFakeClock();
    const one = await subject.open({ clock, language: "zh", secret: "right", ...options });
    opened.push(one);
    const send = (more: Partial<Notification> = {}) => one.channel.send(aDelivery(subject, more));
    return { ...one, clock, send };
  }

  /** The error of sending while the other side behaves so. */
  async function failure(how: Behaviour, options: Partial<SubjectOptions> = {}) {
    const one = await open(options);
    await one.behave(how);
    const asked = one.asked();
    const sent = one.send().then(
      () => noSuchError,
      (error: GatewayError) => error,
    );
    if (how === "silent") {
      await asked;
      one.clock.advance(subject.timeoutMs);
    }
    const error = await sent;
    for (const secret of one.secrets) {
      expect(`${error.message} ${(error.cause as Error | undefined)?.message}`).not.toContain(secret);
    }
    expect(one.texts()).toEqual([]);
    return error;
  }

  describe(`${name}: a message`, () => {
    test("arrives with what it is and where, once", async () => {
      const one = await open();
      await one.send();
      expect(one.texts()).toHaveLength(1);
      for (const fact of ["桶内起火", "新发小区", "7号楼", "3层", "东门厨余桶", "bin-7"]) {
        expect(one.texts()[0]).toContain(fact);
      }
    });

    test("of a drill says so, and one of a fire does not", async () => {
      const one = await open();
      await one.send();
      await one.send({ id: "2", drill: "drill-7" });
      const [fire = "", drill = ""] = one.texts();
      expect(fire).not.toMatch(/演练|drill/i);
      expect(drill).toMatch(subject.isForPeople ? /演练/ : /演练|drill-7/);
    });

    test("with a hostile name and note is taken", async () => {
      const one = await open();
      await one.send({ deviceName: hostileName, note: hostileName, by: hostileName, building: hostileName });
      expect(one.texts()).toHaveLength(1);
      expect(one.texts()[0]).toContain("img src=x");
    });
  });

  describe.runIf(subject.isForPeople)(`${name}: a message for people`, () => {
    test.each([
      ["zh", /119/, /桶内起火/],
      ["en", /call 119/, /Fire in the bin/],
    ] as const)("in %s says to call 119 for a fire", async (language, call, title) => {
      const one = await open({ language });
      await one.send();
      expect(one.texts()[0]).toMatch(call);
      expect(one.texts()[0]).toMatch(title);
    });

    test("of a drill never says to call 119", async () => {
      const one = await open();
      await one.send({ drill: "drill-7" });
      expect(one.texts()[0]).toContain("没有火情");
      expect(one.texts()[0]).not.toContain("119");
    });

    const mayAct = acts.filter(([, , markups]) => markups.includes(subject.markup ?? "plain"));
    test.each(mayAct)("does nothing of what a name says: %s", async (_, trace) => {
      const one = await open();
      await one.send({ deviceName: hostileName, note: hostileName, by: hostileName, building: hostileName });
      expect(one.texts()[0]).not.toMatch(trace);
      expect(one.secrets.filter((secret) => one.texts()[0]?.includes(secret))).toEqual([]);
    });

    test.each([
      [
        "with endless names",
        { deviceName: "火".repeat(9000), note: "𠮷".repeat(9000), reason: "ö ".repeat(9000) },
      ],
      [
        "that sums up 500 others",
        {
          kind: "summary",
          step: "summary",
          parts: Array.from({ length: 500 }, (_, n) =>
            aFire({
              id: `p${n}`,
              deviceName: `烟感 ${n} 号`,
              urgency: n < 300 ? "fire" : "normal",
              building: `${n}号楼`,
            }),
          ),
        },
      ],
    ] satisfies [string, Partial<Notification>][])(
      "%s fits, and is cut between two characters",
      async (_, more) => {
        const one = await open();
        await one.send(more);
        const [text = ""] = one.texts();
        expect(one.longest()).toBeLessThanOrEqual(subject.most!);
        expect(text).not.toContain("\ufffd");
        expect(text.isWellFormed()).toBe(true);
        expect(text).toContain("新发小区");
        expect(text).toContain("119");
      },
    );
  });

  describe(`${name}: the other side`, () => {
    test("does not answer: it may later", async () => {
      expect(await failure("silent")).toMatchObject({ code: "notify-failed", retryable: true });
    });

    test("is busy: it says when", async () => {
      const error = await failure("busy");
      expect(error).toMatchObject({ code: "notify-failed", retryable: true, retryAfterMs: subject.busyMs });
    });

    test("is broken: it may be mended", async () => {
      expect(await failure("broken")).toMatchObject({ code: "notify-failed", retryable: true });
    });

    test("is not there: it may come back", async () => {
      expect(await failure("gone")).toMatchObject({ code: "notify-failed", retryable: true });
    });

    test("does not take the secret: a person must mend it", async () => {
      const error = await failure("well", { secret: "wrong" });
      expect(error).toMatchObject({ code: "notify-failed", retryable: false });
      expect(error.message).toMatch(/\b(set|look|needs)\b/);
    });

    test.runIf(subject.readsAnswers).each(["garbage", "half"] as const)(
      "answers %s: that is never taken for success",
      async (how) => {
        expect(await failure(how)).toMatchObject({ code: "notify-failed", retryable: true });
      },
    );
  });
}
