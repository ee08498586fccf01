import { expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import { createFramePath } from "../../../gateway/gb26875-frames.ts";
import { createFrameReader } from "../../../gateway/ingest/gb26875/frame-reader.ts";
import { readPlaces } from "../../../gateway/ingest/gb26875/places.ts";
import { createLog } from "../../../gateway/log.ts";
import type { Message, Refusal } from "../../../gateway/types.ts";
import { bits, componentState } from "../../../simulators/gb26875/objects.ts";
import { aFrame, aKnown, smokeHead, source } from "../../support/gb26875.ts";

const catalogue = await loadCatalogue();
const head = "01-01-28-0A000200";
const stranger = "01-01-28-0A000300";

/** The way of frames with a journal that writes nothing before it is told. */
function open() {
  const transmitter = aKnown(catalogue.get("fire-transmitter")!, "utd-1", {
    facts: { gb26875Source: source },
  });
  const part = aKnown(smokeHead, "head-1", { parent: "utd-1", facts: { gb26875: head } });
  const devices = [transmitter, part];
  const places = readPlaces(devices, (_, id) => devices.find((one) => one.id === id));
  const waiting: { message: Message; answer: (refusal?: Refusal) => void }[] = [];
  let unplaced = 0;
  const path = createFramePath({
    pipeline: {
      accept: (message, answer) => void waiting.push({ message, answer }),
      refuse: (message, _, answer) => void waiting.push({ message, answer }),
    },
    places: () => places,
    ...{ zone: "+08:00", boot: "b", now: () => 0, log: createLog({ level: "silent" }) },
    meters: {
      unplaced: {
        add: () => {
          unplaced += 1;
        },
        value: () => unplaced,
      },
    },
  });
  const arrivalOf = (app: Buffer) => ({
    ...createFrameReader({ maxAppBytes: 1024 }).push(aFrame(app))[0]!,
    transmitter: places.find(source)!,
    address: "127.0.0.1",
  });
  return { path, waiting, arrivalOf, unplaced: () => unplaced };
}

function both(): Buffer {
  const objects = [head, stranger].map((address) => componentState(address, bits.fire, 0).subarray(2));
  return Buffer.concat([Buffer.from([2, 2]), ...objects]);
}

test("a frame is safe only when the last thing that it says is on disk", () => {
  const { path, waiting, arrivalOf, unplaced } = open();
  let isSafe = false;
  path.take(arrivalOf(both()), () => {
    isSafe = true;
  });
  expect(waiting.map(({ message }) => message.topic)).toEqual([
    "linli/v1/xinfa/fire-transmitter/utd-1/status",
    "linli/v1/xinfa/smoke-head/head-1/telemetry",
    "linli/v1/xinfa/fire-transmitter/utd-1/event",
    `gb26875/${source}/xinfa/fire-transmitter/utd-1`,
  ]);
  expect(unplaced()).toBe(1);
  for (const [i, { answer }] of waiting.entries()) {
    expect(isSafe, String(i)).toBe(false);
    answer();
  }
  expect(isSafe).toBe(true);
});

test("a fire whose message is refused is told by the transmitter before the frame is safe", () => {
  const { path, waiting, arrivalOf } = open();
  let isSafe = false;
  path.take(arrivalOf(componentState(head, bits.fire, 0)), () => {
    isSafe = true;
  });
  waiting[0]!.answer();
  waiting[1]!.answer({ code: "field-invalid", path: "alarm", value: "", message: "wrong" });
  expect(isSafe).toBe(false);
  const { message, answer } = waiting[2]!;
  expect(JSON.parse(message.payload.toString())).toMatchObject({
    event: "unplaced-fire",
    alarmFrom: expect.stringContaining(head),
  });
  answer();
  expect(isSafe).toBe(true);
});

test("no two messages are ever the same to the path, though their frames are", () => {
  const { path, waiting, arrivalOf } = open();
  const frame = arrivalOf(componentState(head, bits.fire, 0));
  path.take(frame, () => {});
  path.take(frame, () => {});
  const keys = waiting
    .filter(({ message }) => message.topic.endsWith("telemetry"))
    .map(({ message }) => JSON.parse(message.payload.toString()) as { seq: number; boot: string });
  expect(keys.map(({ boot, seq }) => `${boot} ${seq}`)).toEqual(["b 1", "b 2"]);
});

test("a frame that meets a fault of the gateway is kept whole before it is safe", () => {
  const { path, waiting, arrivalOf } = open();
  const arrival = arrivalOf(both());
  const parts = new Map();
  parts.get = () => {
    throw new RangeError("a fault");
  };
  let isSafe = false;
  path.take({ ...arrival, transmitter: { ...arrival.transmitter, parts } }, () => {
    isSafe = true;
  });
  expect(waiting).toHaveLength(2);
  expect(waiting[1]!.message.payload.toString()).toBe(arrival.bytes.toString("hex"));
  for (const { answer } of waiting) answer();
  expect(isSafe).toBe(true);
});

test("what is no kept frame goes its usual way", () => {
  const { path, waiting } = open();
  const message = { topic: "linli/v1/a/b/c/telemetry", payload: Buffer.from("{}") } as Message;
  path.accept(message, () => {});
  expect(waiting[0]?.message).toBe(message);
});
