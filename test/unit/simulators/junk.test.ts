import { expect, test } from "vitest";
import { everyJunkPayload, junkPayloads, junkTopics } from "../../../simulators/junk.ts";
import { everyJunkPacket, junkPackets, throwPacket } from "../../../simulators/junk-packets.ts";
import { createRandom } from "../../../simulators/random.ts";
import { openTestBroker } from "./support.ts";

const sound = { fill: 0.4, event: "emptied" };

function take<T>(items: Iterator<T, never>, count: number): T[] {
  return Array.from({ length: count }, () => items.next().value);
}

test("the same seed makes the same junk, and another seed other junk", () => {
  const payloads = (seed: string) =>
    take(junkPayloads({ random: createRandom(seed), sound }), 50).map(({ payload }) =>
      payload.toString("hex"),
    );
  const packets = (seed: string) =>
    take(junkPackets(createRandom(seed)), 50).map(({ bytes }) => bytes.toString("hex"));
  expect(payloads("a")).toEqual(payloads("a"));
  expect(payloads("a")).not.toEqual(payloads("b"));
  expect(packets("a")).toEqual(packets("a"));
  expect(packets("a")).not.toEqual(packets("b"));
});

test("no junk payload is a sound JSON object with only known fields", () => {
  for (const { name, payload } of everyJunkPayload({ random: createRandom("a"), sound })) {
    expect(payload.equals(Buffer.from(JSON.stringify(sound))), name).toBe(false);
    expect(payload.length, name).toBeLessThan(65_000);
  }
});

test("junk topics differ from the device's own", () => {
  const own = "linli/v1/s/k/d/telemetry";
  const topics = junkTopics({ random: createRandom("a"), own });
  expect(topics).not.toContain(own);
  expect(topics.every((topic) => topic.length > 0)).toBe(true);
});

test("thrown packets end: closed by the other side, left open after the wait, or unreachable", async () => {
  const broker = await openTestBroker();
  const target = { host: "127.0.0.1", port: broker.port };
  const outcomes = new Set<string>();
  for (const { name, bytes } of everyJunkPacket(createRandom("a"))) {
    // This plain broker is known to die of the one name; the gateway's own must not.
    if (name === "connect-proto-id") continue;
    outcomes.add(await throwPacket(target, bytes, 20));
  }
  await broker.close();
  expect(outcomes).toContain("closed");
  expect(outcomes).toContain("left-open");
  expect(await throwPacket({ host: "127.0.0.1", port: 1 }, Buffer.from("x"), 1000)).toBe("unreachable");
});
