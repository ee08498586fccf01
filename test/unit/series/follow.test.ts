import { describe, expect, test } from "vitest";
import { GatewayError } from "../../../gateway/errors.ts";
import { createLog } from "../../../gateway/log.ts";
import { createDecode } from "../../../gateway/series/decode.ts";
import { startFollower } from "../../../gateway/series/follow.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aStore, dayMs, devices, fields, midnight } from "./support.ts";

const settings = { batchRows: 10, batchMs: 100, retryMs: 100, retryMaxMs: 1000 };
const log = createLog({ level: "silent" });

/** A journal of readings in memory, where `missing` numbers cannot be read. */
function aJournal(length: number, missing: readonly number[] = []) {
  const records = Array.from({ length }, (_, i) => {
    const facts = {
      at: midnight + i,
      ts: midnight + i,
      device: devices[0],
      stream: "telemetry",
      quality: "good",
    };
    const isReading = i % 4 !== 3;
    return {
      sequence: i + 1,
      record: isReading
        ? JSON.stringify({ type: "reading", ...facts, message: { fill: i } })
        : '{"type":"presence","device":"xinfa/bin/b1","online":true}',
    };
  }).filter(({ sequence }) => !missing.includes(sequence));
  return async function* read(from: number, upTo: number) {
    const wanted = records.filter(({ sequence }) => sequence >= from && sequence <= upTo);
    for (let i = 0; i < wanted.length; i += 4) yield wanted.slice(i, i + 4);
  };
}

async function aFollower(read: ReturnType<typeof aJournal>, refusals = 0) {
  const subject = await aStore();
  const clock = createFakeClock();
  const states: { position: number; failure: string | undefined }[] = [];
  let left = refusals;
  const follower = startFollower({
    store: {
      position: () => subject.store.position(),
      maintain: (now) => subject.store.maintain(now),
      async write(readings, cursor) {
        if (left-- > 0) throw new GatewayError("series-failed", "no room", { retryable: true });
        return subject.store.write(readings, cursor);
      },
    },
    ...{ read, settings, clock, log },
    decode: createDecode(fields, { maxFutureMs: 1000, maxPastMs: dayMs }),
    report: (state) => states.push(state),
    refused: () => {},
  });
  /** Lets time pass until the store is so far. */
  async function reaches(position: number): Promise<void> {
    while (subject.store.position() < position) {
      clock.advance(50);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const values = async () => {
    const query = { devices, fields: ["fill"], from: 0, to: midnight + dayMs, simulated: false };
    return (await subject.store.raw({ ...query, stepMs: undefined, level: "raw" }, 1000))[0]?.values ?? [];
  };
  return { follower, states, reaches, values };
}

const readingsBelow = (end: number) => Array.from({ length: end }, (_, i) => i).filter((i) => i % 4 !== 3);

describe("the journal", () => {
  test("comes into the store up to what is durable, and no further", async () => {
    const { follower, reaches, values } = await aFollower(aJournal(100));
    follower.follow(50);
    await reaches(50);
    expect(await values()).toEqual(readingsBelow(50));
    follower.follow(100);
    await reaches(100);
    expect(await values()).toEqual(readingsBelow(100));
    await follower.stop();
  });

  test("comes in once however often the store refuses, with growing waits, and says why", async () => {
    const { follower, states, reaches, values } = await aFollower(aJournal(60), 5);
    follower.follow(60);
    await reaches(60);
    expect(await values()).toEqual(readingsBelow(60));
    expect(states.slice(0, 5)).toEqual(
      Array.from({ length: 5 }, () => ({ position: 0, failure: "no room" })),
    );
    expect(states.at(-1)).toEqual({ position: 60, failure: undefined });
    await follower.stop();
  });

  test("with records that cannot be read any more is passed over where they were", async () => {
    const { follower, reaches, values } = await aFollower(aJournal(20, [1, 2, 11, 20]));
    follower.follow(20);
    await reaches(20);
    expect(await values()).toEqual(readingsBelow(20).filter((i) => ![0, 1, 10, 19].includes(i)));
    await follower.stop();
  });
});
