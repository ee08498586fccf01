import fc from "fast-check";
import { generate, parser as openParser, type Packet } from "mqtt-packet";
import { describe, expect, test } from "vitest";
import type { Incoming, Parser } from "../../../gateway/broker/aedes.ts";
import { takeWholePublishes } from "../../../gateway/broker/whole-publishes.ts";

function aParser(client: { version?: number; connackSent?: boolean; closed?: boolean } = {}): Parser {
  const parser = openParser({ protocolVersion: 4 }) as unknown as Parser;
  parser.client = { version: 4, connackSent: true, closed: false, ...client } as unknown as Parser["client"];
  return parser;
}

function aPublish(more: Record<string, unknown> = {}): Packet {
  return {
    ...{ cmd: "publish", topic: "linli/v1/a/b/c/telemetry", payload: Buffer.from('{"fill":0.5}') },
    ...{ qos: 1, messageId: 7, retain: false, dup: false },
    ...more,
  } as Packet;
}

function bytesOf(...packets: Packet[]): Buffer {
  return Buffer.concat(packets.map((packet) => generate(packet)));
}

/** What arrives when the chunks are read as the gate reads them; without `fast` by the general parser alone. */
function read(chunks: readonly Buffer[], fast: boolean): unknown[] {
  const parser = aParser();
  const seen: unknown[] = [];
  const take = ({ cmd, topic, payload, qos, dup, retain, messageId }: Incoming) => {
    seen.push({ cmd, topic, payload: payload?.toString("hex"), qos, dup, retain, messageId });
  };
  parser.on("packet", take);
  for (const chunk of chunks) {
    const taken = fast ? takeWholePublishes(parser, chunk, take) : 0;
    if (taken < chunk.length) parser.parse(chunk.subarray(taken));
  }
  return seen;
}

const packet = fc.oneof(
  fc
    .record({
      topic: fc.stringMatching(/^[a-zé中/]{1,40}$/u),
      payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      qos: fc.constantFrom(0, 1, 1, 1, 2),
      messageId: fc.integer({ min: 1, max: 65_535 }),
      dup: fc.boolean(),
      retain: fc.boolean(),
    })
    .map((more) => aPublish({ ...more, dup: more.qos > 0 && more.dup })),
  fc.constant({ cmd: "pingreq" } as Packet),
  fc.integer({ min: 1, max: 65_535 }).map((messageId) => ({ cmd: "puback", messageId }) as Packet),
);

describe("whole publishes of a chunk", () => {
  test("however a stream is cut, the same packets arrive as with the general parser", () => {
    fc.assert(
      fc.property(
        fc.array(packet, { maxLength: 12 }),
        fc.array(fc.nat(400), { maxLength: 10 }),
        (packets, cuts) => {
          let rest = bytesOf(...packets);
          const chunks: Buffer[] = [];
          for (const cut of cuts) {
            chunks.push(rest.subarray(0, cut));
            rest = rest.subarray(cut);
          }
          chunks.push(rest);
          const whole = chunks.filter(({ length }) => length > 0);
          expect(read(whole, true)).toEqual(read(whole, false));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("are taken without the general parser, up to the first that is something else", () => {
    const whole = bytesOf(aPublish(), aPublish({ messageId: 8 }));
    const chunk = Buffer.concat([whole, bytesOf({ cmd: "pingreq" } as Packet, aPublish())]);
    const ids: unknown[] = [];
    const taken = takeWholePublishes(aParser(), chunk, ({ messageId }) => ids.push(messageId));
    expect([taken, ids]).toEqual([whole.length, [7, 8]]);
  });

  test("are left alone before CONNACK, with MQTT 5, and in the middle of a packet", () => {
    const chunk = bytesOf(aPublish());
    const none = () => expect.unreachable();
    expect(takeWholePublishes(aParser({ connackSent: false }), chunk, none)).toBe(0);
    expect(takeWholePublishes(aParser({ version: 5 }), chunk, none)).toBe(0);
    const begun = aParser();
    begun.parse(chunk.subarray(0, 5));
    expect(takeWholePublishes(begun, chunk.subarray(5), none)).toBe(0);
  });

  test("end with the one for which the client was refused", () => {
    const parser = aParser();
    const chunk = bytesOf(aPublish(), aPublish({ messageId: 8 }));
    const ids: unknown[] = [];
    const taken = takeWholePublishes(parser, chunk, ({ messageId }) => {
      ids.push(messageId);
      parser.client.closed = true;
    });
    expect([taken, ids]).toEqual([chunk.length, [7]]);
  });
});
