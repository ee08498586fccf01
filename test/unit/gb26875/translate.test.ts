import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import type { Kind } from "../../../devices/kit/kind.ts";
import { createFrameReader } from "../../../gateway/ingest/gb26875/frame-reader.ts";
import { readPlaces } from "../../../gateway/ingest/gb26875/places.ts";
import { translate } from "../../../gateway/ingest/gb26875/translate.ts";
import type { KnownDevice } from "../../../gateway/types.ts";
import {
  analogValue,
  bits,
  componentState,
  systemState,
  transmitterOperation,
  transmitterState,
} from "../../../simulators/gb26875/objects.ts";
import { aFrame, aKnown, samples, smokeHead, source } from "../../support/gb26875.ts";

const at = Date.parse("2026-01-15T08:00:00+08:00");
const address = "01-01-28-0A000200";
let transmitterKind: Kind;
beforeAll(async () => {
  transmitterKind = (await loadCatalogue()).get("fire-transmitter")!;
});

interface Setting {
  readonly parts?: readonly KnownDevice[];
  readonly trust?: "whole" | "fires-only";
}

function aTransmitter(): KnownDevice {
  return aKnown(transmitterKind, "utd-1", { facts: { gb26875Source: source } });
}

function aPart(gb26875: string, kind: Kind = smokeHead, id = "head-1"): KnownDevice {
  return aKnown(kind, id, { parent: "utd-1", facts: { gb26875 } });
}

function read(bytes: Buffer, { parts = [], trust = "whole" }: Setting = {}) {
  const devices = [aTransmitter(), ...parts];
  const places = readPlaces(devices, (site, id) => devices.find((one) => one.site === site && one.id === id));
  const { frame } = createFrameReader({ maxAppBytes: 65_535 }).push(bytes)[0]!;
  const { drafts, unused } = translate(frame, places.find(source)!, { at, zone: "+08:00", trust });
  return {
    drafts: drafts.map(({ device, stream, payload, fireAt }) => ({
      ...{ device: device.device, stream, payload },
      isFire: fireAt !== undefined,
    })),
    codes: unused.map(({ refusal }) => refusal.code),
    unused,
  };
}

describe("the published samples", () => {
  test("a fire at a registered smoke detector is told by it, though bit 0 says test", () => {
    const { drafts, codes } = read(samples.fire_smoke_zone10_no2!, { parts: [aPart(address)] });
    expect(drafts).toEqual([
      {
        device: "xinfa/smoke-head/head-1",
        stream: "telemetry",
        payload: { ts: "2012-09-26T09:58:02", alarm: "smoke", fault: false },
        isFire: true,
      },
    ]);
    expect(codes).toEqual([]);
  });

  test("a fire at a component that nobody registered is told by the transmitter, with its address", () => {
    const { drafts, unused } = read(samples.fire_smoke_zone10_no2!);
    expect(drafts).toMatchObject([
      {
        device: "xinfa/fire-transmitter/utd-1",
        stream: "event",
        isFire: true,
        payload: { event: "unplaced-fire" },
      },
    ]);
    expect(drafts[0]?.payload.alarmFrom).toMatch(/^01-01-28-0A000200 感烟.* zone 10 编号 no\. 2$/);
    expect(unused[0]?.refusal).toMatchObject({ code: "component-unknown", value: `"${address}"` });
    expect(unused[0]?.refusal.message).toContain(`with the parent utd-1 and the fact gb26875 ${address}`);
  });

  test("the transmitter says that its mains failed", () => {
    const { drafts } = read(samples.utd_main_power_fault!);
    expect(drafts).toMatchObject([
      { stream: "telemetry", payload: { mains: false, fire: false, backup: true } },
    ]);
  });

  test("the transmitter's clock is compared with ours", () => {
    const { drafts } = read(samples.utd_time!);
    const own = Date.parse("2012-09-26T09:58:02+08:00");
    expect(drafts).toMatchObject([{ payload: { clockOff: Math.round((at - own) / 1000) } }]);
  });
});

describe("states", () => {
  test("no state word with the fire bit goes by without a fire, whatever else it says and whoever is registered", () => {
    const anyPart = fc.constantFrom(undefined, address, "01-01", "01-01-28-0A000300");
    fc.assert(
      fc.property(fc.nat(65_535), anyPart, fc.boolean(), (word, place, ofSystem) => {
        const fire = word | bits.fire;
        const app = ofSystem ? systemState("01-01", fire, at) : componentState(address, fire, at);
        const { drafts } = read(aFrame(app), { parts: place === undefined ? [] : [aPart(place)] });
        expect(drafts.filter(({ isFire }) => isFire)).toHaveLength(1);
      }),
    );
  });

  test("a kind that fails or has nothing to say leaves a fire to the transmitter", () => {
    for (const state of [
      () => ({}),
      () => {
        throw new TypeError("a fault in the kind");
      },
    ]) {
      const mute: Kind = { ...smokeHead, wire: { state } };
      const { drafts, codes } = read(samples.fire_smoke_zone10_no2!, { parts: [aPart(address, mute)] });
      expect(drafts).toMatchObject([{ device: "xinfa/fire-transmitter/utd-1", isFire: true }]);
      expect(codes).toEqual(["no-known-field"]);
    }
  });

  test("two devices that stand for one component both tell its fire", () => {
    const parts = [aPart(address), aPart(`01-01 ${address.toLowerCase()}`, smokeHead, "head-2")];
    const { drafts } = read(samples.fire_smoke_zone10_no2!, { parts });
    expect(drafts.map(({ device, isFire }) => [device, isFire])).toEqual([
      ["xinfa/smoke-head/head-1", true],
      ["xinfa/smoke-head/head-2", true],
    ]);
  });

  test("what is well at an unregistered component is no alarm", () => {
    const { drafts, codes } = read(aFrame(componentState(address, bits.running, at)));
    expect(drafts).toEqual([]);
    expect(codes).toEqual(["component-unknown"]);
  });

  test("the fire bit of the transmitter itself is its own fire", () => {
    const { drafts } = read(aFrame(transmitterState(bits.fire, at)));
    expect(drafts).toMatchObject([{ isFire: true, payload: { fire: true } }]);
  });

  test("the panel's text in GB 18030 stands in the alarm", () => {
    const app = componentState(address, bits.fire, at);
    // 三号楼 in GB 18030.
    Buffer.from("C8FDBAC5C2A5", "hex").copy(app, 11);
    const { drafts } = read(aFrame(app));
    expect(drafts[0]?.payload.alarmFrom).toMatch(/三号楼$/);
  });
});

describe("analog values", () => {
  test("become text with a unit for the field of their quantity", () => {
    const { drafts } = read(aFrame(analogValue(address, 3, 0x10000 - 215, at)), { parts: [aPart(address)] });
    expect(drafts).toMatchObject([{ payload: { temperature: "-21.5 °C" } }]);
  });

  test("go to the field that the fact names", () => {
    const { drafts } = read(aFrame(analogValue(address, 4, 8, at)), { parts: [aPart(`${address}=inlet`)] });
    expect(drafts).toMatchObject([{ payload: { inlet: "0.8 MPa" } }]);
  });

  test("that no field is for are kept, with how to name one", () => {
    const { codes, unused } = read(aFrame(analogValue(address, 4, 8, at)), { parts: [aPart(address)] });
    expect(codes).toEqual(["no-known-field"]);
    expect(unused[0]?.refusal.message).toContain(`write ${address}=field into its fact gb26875`);
  });
});

describe("operations", () => {
  test("each set bit is an event; an alarm by hand is a fire", () => {
    const { drafts } = read(aFrame(transmitterOperation(0b100100, at)));
    expect(drafts).toMatchObject([
      { stream: "event", payload: { event: "manual-alarm" }, isFire: true },
      { stream: "event", payload: { event: "duty-check-answered" }, isFire: false },
    ]);
  });
});

test("a heartbeat says nothing, and nothing of it is kept", () => {
  expect(read(aFrame(Buffer.alloc(0)))).toEqual({ drafts: [], codes: [], unused: [] });
});

describe("what cannot be used", () => {
  test("a part that ends too early keeps what came whole", () => {
    const whole = componentState(address, bits.fire, at);
    const app = Buffer.concat([Buffer.from([2, 2]), whole.subarray(2), whole.subarray(2, 20)]);
    const { drafts, codes } = read(aFrame(app), { parts: [aPart(address)] });
    expect(drafts).toHaveLength(1);
    expect(codes).toEqual(["frame-unreadable"]);
  });

  test("each object that nobody knows is kept in a frame of its own", () => {
    const first = componentState(address, bits.running, at).subarray(2);
    const second = componentState("01-01-28-0A000300", bits.fire, at).subarray(2);
    const { unused } = read(aFrame(Buffer.concat([Buffer.from([2, 2]), first, second])));
    expect(unused.map(({ app }) => app.toString("hex"))).toEqual(
      [first, second].map((object) => `0201${object.toString("hex")}`),
    );
  });

  test.each([
    ["0701", /configuration of a component/],
    ["C801", /data type 200 is not known/],
    ["02", /ends before its first object/],
  ])("the part %s is kept with a reason", (hex, reason) => {
    const { unused } = read(aFrame(Buffer.from(hex, "hex")));
    expect(unused[0]?.refusal.message).toMatch(reason);
  });

  test("no bytes make it throw", () => {
    fc.assert(
      fc.property(fc.nat(30), fc.uint8Array({ maxLength: 120 }), (type, bytes) => {
        const app = Buffer.concat([Buffer.from([type]), bytes]);
        const { drafts, unused } = read(aFrame(app), { parts: [aPart(`${address} 01-01`)] });
        expect(drafts.length + unused.length).toBeGreaterThanOrEqual(
          bytes[0] === 0 && bytes.length === 1 ? 0 : 1,
        );
      }),
    );
  });
});

test("of a frame with a wrong sum only fires are taken, with a time that marks them", () => {
  const app = Buffer.concat([
    Buffer.from([2, 2]),
    componentState(address, bits.fire, at).subarray(2),
    componentState("01-01-28-0A000300", bits.running, at).subarray(2),
  ]);
  const { drafts, codes } = read(aFrame(app), { trust: "fires-only" });
  expect(drafts).toMatchObject([{ isFire: true, payload: { ts: "sum wrong" } }]);
  expect(codes).toEqual([]);
});
