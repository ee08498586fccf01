import { describe, expect, test } from "vitest";
import { aChoice, allFields, base, day, expectRaw, hour, rawOf } from "./series-model.ts";
import { allRows } from "./series-property.ts";
import { expectSteps } from "./series-steps.ts";
import type { SeriesSubject } from "./series-subject.ts";

/** What a store must answer when it is asked for values as they came. */
export function describeAnswers(subject: SeriesSubject): void {
  describe("gives back", () => {
    test("values of every type of every kind as they were, with their times and qualities", async () => {
      const values = {
        fill: 41.5,
        weight: -3,
        lidOpen: true,
        mode: "idle",
        note: "left side",
        event: "fire",
      };
      const gate = { kind: "big-gate-2", values: { fill: 7, open: false, mode: "idle" } };
      const kept = await subject.write([
        { values },
        { time: base + 1, quality: "suspect", values: { lidOpen: false, fill: 900 } },
        gate,
        { site: "s2", values: { fill: 1 } },
      ]);
      const devices = ["s1/bin/b1", "s1/big-gate-2/b1"];
      expect(await rawOf(subject.store, aChoice({ devices }))).toEqual(
        expectRaw(kept.filter(({ device }) => devices.includes(device))),
      );
    });

    test("numbers to the last digit that it keeps", async () => {
      const numbers = [0.1 + 0.2, 1 / 3, 1e21, 1.5e-7, -2.5e-10, 123_456_789.123, Number.MAX_SAFE_INTEGER, 0];
      // A device for each: a store may keep the values of one to the digits of the largest.
      const given = numbers.map((fill, i) => ({
        id: `b${i}`,
        values: { fill: Number(fill.toPrecision(subject.options.digits)) },
      }));
      const kept = await subject.write(given);
      const devices = given.map(({ id }) => `s1/bin/${id}`);
      expect(await rawOf(subject.store, aChoice({ devices }))).toEqual(expectRaw(kept));
    });

    test("texts with any characters", async () => {
      const notes = [
        "垃圾桶 三号",
        'it\'s "full", a=b',
        " ",
        "",
        "a\nb\r\n\tc",
        "C:\\",
        '\\"',
        "🔥",
        "a,b c=d 1",
      ];
      const kept = await subject.write(
        notes.map((note, i) => ({ time: base + i, values: { note, mode: note } })),
      );
      expect(await rawOf(subject.store, aChoice())).toEqual(expectRaw(kept));
    });

    test("devices with unusual names, each with its own values", async () => {
      const ids = ["b1", "b1 ", "b,1", "b=1", "b'1", 'b"1', "b1|b2", ".*", "三号"];
      const kept = await subject.write(ids.map((id, i) => ({ id, values: { fill: i } })));
      for (const id of ids) {
        const devices = [`s1/bin/${id}`];
        const own = kept.filter(({ device }) => devices.includes(device));
        expect(await rawOf(subject.store, aChoice({ devices }))).toEqual(expectRaw(own));
      }
    });

    test("every value of one millisecond, the last to come being the last", async ({ skip }) => {
      if (!subject.options.keepsEqualTimes) return skip();
      const kept = await subject.write([
        { values: { fill: 3, event: "fire" } },
        { values: { fill: 1, event: "test" } },
      ]);
      expect(await rawOf(subject.store, aChoice())).toEqual(expectRaw(kept));
      expectSteps(await subject.stepped({}, hour), kept, hour);
      const [last] = await subject.store.latest({
        devices: ["s1/bin/b1"],
        fields: ["fill"],
        before: base + 1,
        withinMs: 1,
      });
      expect(last?.value).toBe(1);
    });

    test("nothing when it is new", async () => {
      expect(await rawOf(subject.store, aChoice())).toEqual({});
      expect(await subject.stepped({}, hour)).toEqual([]);
      expect(await allRows(subject.store, aChoice())).toEqual([]);
      expect(await subject.store.latest({ devices: ["s1/bin/b1"], before: base, withinMs: day })).toEqual([]);
    });

    test("nothing for devices, kinds, sites, fields and times that it does not know", async () => {
      await subject.write([{}]);
      const unknown = [
        aChoice({ devices: ["s1/bin/b9"] }),
        aChoice({ devices: ["s9/bin/b1", "s1/lift/b1", "s1/__proto__/b1", "s1/constructor/b1", "", "b1"] }),
        aChoice({ fields: ["no", "toString", "time", "suspect", "device", "sequence"] }),
        aChoice({ fields: [] }),
        aChoice({ devices: [] }),
        aChoice({ from: base + 1 }),
        aChoice({ to: base }),
        aChoice({ from: base + day, to: base - day }),
      ];
      for (const choice of unknown) {
        expect(await rawOf(subject.store, choice)).toEqual({});
        expect(await subject.stepped(choice, hour)).toEqual([]);
        expect(await allRows(subject.store, choice)).toEqual([]);
      }
      expect(
        await subject.store.latest({ devices: ["s1/bin/b9", "s1/lift/b1"], before: base + 1, withinMs: day }),
      ).toEqual([]);
    });

    test("nothing more when a name tries to change the query", async () => {
      const kept = await subject.write([{}, { id: "b2" }]);
      const tries = [
        "x' OR '1'='1",
        `x' OR "device" = 'b1`,
        'x" OR "1"="1',
        "x') OR ('1'='1",
        "x'; DROP TABLE raw; --",
        `x'; DROP MEASUREMENT "bin"; --`,
        'x"} or {__name__=~".+',
        ".*|b1",
        "x\\' OR 1=1 --",
        "x\\",
        "x\n",
      ];
      const devices = tries.flatMap((id) => [`s1/bin/${id}`, `${id}/bin/b1`, `s1/${id}/b1`]);
      const choice = aChoice({ devices, fields: [...allFields, ...tries] });
      expect(await rawOf(subject.store, choice)).toEqual({});
      expect(await subject.stepped(choice, hour)).toEqual([]);
      expect(
        await subject.store.latest({ devices, fields: [...choice.fields], before: base + 1, withinMs: day }),
      ).toEqual([]);
      expect(await rawOf(subject.store, aChoice({ devices: ["s1/bin/b1", "s1/bin/b2"] }))).toEqual(
        expectRaw(kept),
      );
    });

    test("values of a replay or drill only when they are asked for", async () => {
      const kept = await subject.write([
        { values: { fill: 1 } },
        { time: base + 1, quality: "simulated", values: { fill: 99 } },
      ]);
      const real = kept.filter(({ quality }) => quality === "good");
      expect(await rawOf(subject.store, aChoice())).toEqual(expectRaw(real));
      expect(await rawOf(subject.store, aChoice({ simulated: true }))).toEqual(
        expectRaw(kept.filter(({ quality }) => quality === "simulated")),
      );
      expectSteps(await subject.stepped({}, hour), real, hour);
      expect(
        await subject.store.latest({ devices: ["s1/bin/b1"], before: base + hour, withinMs: day }),
      ).toMatchObject([{ value: 1, quality: "good" }]);
    });

    test("exactly as many values as are allowed, and refuses one more with what to do", async () => {
      const given = Array.from({ length: 30 }, (_, i) => ({
        id: `b${i % 3}`,
        time: base + i,
        values: { fill: i, weight: i },
      }));
      const kept = await subject.write(given);
      const choice = aChoice({ devices: ["s1/bin/b0", "s1/bin/b1", "s1/bin/b2"] });
      expect(await rawOf(subject.store, choice, 60)).toEqual(expectRaw(kept));
      await expect(rawOf(subject.store, choice, 59)).rejects.toMatchObject({
        code: "limit-reached",
        message: expect.stringContaining("59"),
      });
      await expect(rawOf(subject.store, aChoice({ devices: ["s1/bin/b0"] }), 3)).rejects.toMatchObject({
        code: "limit-reached",
      });
    });

    test("rows in pieces: by device, field and time", async () => {
      const given = Array.from({ length: 3000 }, (_, i) => ({
        id: `b${i % 2}`,
        time: base + ((i * 7919) % 3000) * 1000,
        quality: i % 5 === 0 ? ("suspect" as const) : ("good" as const),
        values: { weight: i, lidOpen: i % 2 === 0, mode: i % 3 === 0 ? "idle" : "busy" },
      }));
      const kept = await subject.write(given);
      const rows = await allRows(
        subject.store,
        aChoice({ devices: ["s1/bin/b1", "s1/bin/b0", "s1/bin/b7"] }),
      );
      expect(rows).toEqual(
        kept.map(({ type, ...row }) =>
          subject.options.keepsReceivedAt ? row : { ...row, receivedAt: row.time },
        ),
      );
    });
  });
}
