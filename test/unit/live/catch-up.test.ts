import { expect, test } from "vitest";
import type { Sequenced } from "../../../gateway/journal/contract.ts";
import { catchUp } from "../../../gateway/live/catch-up.ts";

function aScreen() {
  const sent: string[] = [];
  const screen = {
    isLive: false,
    sent,
    send: (text: string | Buffer) => void sent.push(String(text)),
    drained: () => Promise.resolve(),
    isGone: () => false,
  };
  return screen as typeof screen & Parameters<typeof catchUp>[0]["screen"];
}

async function* reading(...sequences: number[]): AsyncGenerator<readonly Sequenced[]> {
  yield sequences.map((sequence) => ({ sequence, record: `r${sequence}` }));
}

const textOf = (record: string) => `${record} `;

test("a record that is durable but not yet committed to the hub is left to the live stream", async () => {
  const screen = aScreen();
  await catchUp({ screen, from: 1, committed: () => 3, read: () => reading(2, 3, 4), textOf });
  expect(screen.sent).toEqual(["r2 r3 "]);
  expect(screen.isLive).toBe(true);
});

test("what is committed while records are read is read too, before the screen is live", async () => {
  const screen = aScreen();
  let committed = 2;
  async function* read(from: number) {
    expect(screen.isLive).toBe(false);
    if (committed < 4) committed += 1;
    yield* reading(from);
  }
  await catchUp({ screen, from: 1, committed: () => committed, read, textOf });
  expect(screen.sent).toEqual(["r2 ", "r3 ", "r4 "]);
});

test("damaged records at the end are passed over", async () => {
  const screen = aScreen();
  await catchUp({
    screen,
    from: 1,
    committed: () => 5,
    read: (from) => reading(...(from === 2 ? [2] : [])),
    textOf,
  });
  expect(screen.sent).toEqual(["r2 "]);
  expect(screen.isLive).toBe(true);
});

test("a screen that left ends the reading", async () => {
  const screen = { ...aScreen(), isGone: () => true };
  let read = 0;
  await catchUp({ screen, from: 0, committed: () => 9, read: () => reading(++read), textOf });
  expect(read).toBe(0);
});
