import { expect, test } from "vitest";
import { startProgress } from "../../../simulators/progress.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

function watch(isTTY: boolean) {
  const clock = createFakeClock(Date.parse("2026-01-15T08:00:00Z"));
  const written: string[] = [];
  const figures = { sent: 0, waiting: 3 };
  const output = { isTTY, write: (text: string) => written.push(text) };
  const progress = startProgress({ output, clock, read: () => ({ ...figures }), rates: ["sent"] });
  return { clock, written, figures, progress };
}

test("a pipe gets clean lines every ten seconds, with rates", () => {
  const { clock, written, figures, progress } = watch(false);
  progress.say("hello");
  clock.advance(5000);
  figures.sent = 50;
  clock.advance(5000);
  progress.end();
  clock.advance(60_000);
  expect(written).toEqual([
    "hello\n",
    "2026-01-15T08:00:10.000Z sent 50 (5/s)  waiting 3\n",
    "2026-01-15T08:00:10.000Z sent 50 (0/s)  waiting 3\n",
  ]);
});

test("a terminal gets one line that is written over, and ends with a line feed", () => {
  const { clock, written, figures, progress } = watch(true);
  figures.sent = 10;
  clock.advance(500);
  progress.end();
  expect(written).toEqual(["\r\x1b[Ksent 10 (20/s)  waiting 3", "\r\x1b[Ksent 10 (0/s)  waiting 3", "\n"]);
});
