import fc from "fast-check";
import { expect, test } from "vitest";
import type { SeriesReading } from "../../../gateway/series/contract.ts";
import { aReading, aStore, dayMs, hourMs, midnight } from "./support.ts";

const values = fc.record(
  {
    fill: fc.integer({ min: -1000, max: 1000 }),
    open: fc.boolean(),
    mode: fc.constantFrom("idle", "busy", "故障"),
  },
  { requiredKeys: ["fill"] },
);
const reading = fc.record({
  offsetMs: fc.integer({ min: 0, max: 4 * dayMs }),
  id: fc.constantFrom("b1", "b2"),
  quality: fc.constantFrom("good", "good", "good", "suspect", "simulated"),
  values,
});

test("every level says the same of any days, whenever the values came and wherever they lie now", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(reading, { maxLength: 60 }), { minLength: 1, maxLength: 5 }),
      async (batches) => {
        const subject = await aStore({ freshRows: 100_000, freshMs: 60_000 });
        for (const [index, batch] of batches.entries()) {
          const readings = batch.map(({ offsetMs, ...rest }): SeriesReading => {
            return aReading({ ...rest, time: midnight - 2 * dayMs + offsetMs } as Partial<SeriesReading>);
          });
          // Now and then the values are folded, and what was yesterday becomes a file, with late values after it.
          subject.clock.advance(index % 2 === 0 ? 1000 : 13 * hourMs);
          await subject.take(readings);
          if (index === 2) await subject.reopen();
        }
        const raw = await subject.days("raw");
        expect(await subject.days("5min")).toEqual(raw);
        expect(await subject.days("1h")).toEqual(raw);
        await subject.close();
      },
    ),
    { numRuns: 12 },
  );
});
