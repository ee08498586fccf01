import fc from "fast-check";
import { expect, test } from "vitest";
import { createDueQueue, type Timed } from "../../../gateway/alert/due-queue.ts";

interface Item extends Timed {
  readonly name: number;
}

test("items come out in the order of their last set moment, ties by name, however they were moved about", () => {
  const move = fc.record({
    name: fc.nat(12),
    due: fc.oneof(fc.nat(40), fc.constant(Number.POSITIVE_INFINITY)),
  });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 80 }), fc.nat(40), (moves, now) => {
      const queue = createDueQueue<Item>((a, b) => a.name < b.name);
      const items = Array.from({ length: 13 }, (_, name): Item => ({ name, due: 0, slot: -1 }));
      const wanted = new Map<number, number>();
      for (const { name, due } of moves) {
        queue.schedule(items[name]!, due);
        if (due === Number.POSITIVE_INFINITY) wanted.delete(name);
        else wanted.set(name, due);
      }
      const taken: number[] = [];
      for (let item = queue.take(now); item !== undefined; item = queue.take(now)) taken.push(item.name);
      const due = [...wanted].filter(([, at]) => at <= now).sort((a, b) => a[1] - b[1] || a[0] - b[0]);
      expect(taken).toEqual(due.map(([name]) => name));
      expect(queue.size()).toBe(wanted.size - due.length);
    }),
  );
});
