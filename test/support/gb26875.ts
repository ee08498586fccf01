import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import { defineKind } from "../../devices/kit/define.ts";
import { alarmFlag, state } from "../../devices/kit/fields.ts";
import { partFacts } from "../../devices/kit/gb26875.ts";
import type { Catalogue } from "../../devices/kit/kind.ts";
import { celsius, kpa } from "../../devices/kit/quantities.ts";
import { is } from "../../devices/kit/rules.ts";
import { telemetry } from "../../devices/kit/samples.ts";
import type { KnownDevice } from "../../gateway/types.ts";
import { type DeviceFrame, frameBytes, framesOf } from "../../simulators/gb26875/frame.ts";

/** The published sample frames by name. */
export const samples: Readonly<Record<string, Buffer>> = Object.fromEntries(
  readFileSync(join(import.meta.dirname, "../unit/gb26875/samples.txt"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split("|").map((part) => part.trim()))
    .map(([name = "", , hex = ""]) => [name, Buffer.from(hex, "hex")]),
);

/** Source address of the samples. */
export const source = "790300000000";

/** A smoke head behind a fire alarm panel, as a kind of its own might declare it. */
export const smokeHead = defineKind({
  name: "smoke-head",
  title: { zh: "烟感", en: "Smoke head" },
  intervalMs: 3_600_000,
  fields: {
    alarm: state(
      { zh: "报警", en: "Alarm" },
      {
        none: { zh: "无", en: "None" },
        smoke: { zh: "烟", en: "Smoke" },
        other: { zh: "其他", en: "Other" },
      },
    ),
    fault: alarmFlag({ zh: "故障", en: "Fault" }),
    temperature: celsius(),
    inlet: kpa({ zh: "进口压力", en: "Inlet" }, [0, 2000]),
  },
  facts: { ...partFacts },
  wire: {
    state: ({ flags, senses }) => ({
      alarm: flags.fire ? (senses === "smoke" ? "smoke" : "other") : "none",
      fault: flags.fault,
    }),
    analogs: { 3: "temperature" },
  },
  rules: [
    {
      id: "fire",
      severity: "critical",
      fire: true,
      title: { zh: "火警", en: "Fire" },
      ...is("alarm", "smoke", "other"),
      example: { raise: [telemetry({ alarm: "smoke" })], clear: [telemetry({ alarm: "none" })] },
    },
  ],
  summary: ["alarm"],
  examples: [telemetry({ alarm: "none" })],
  simulate: () => ({ step: () => [], command: () => ({ ok: false }), provoke: () => [] }),
});

/** The kinds of the gateway and the smoke head. */
export async function fireKinds(): Promise<Catalogue> {
  return new Map([...(await loadCatalogue()), [smokeHead.name, smokeHead]]);
}

/** A registered device; the younger the later it is made. */
export function aKnown(
  definition: KnownDevice["definition"],
  id: string,
  more: Partial<KnownDevice> = {},
): KnownDevice {
  const site = more.site ?? "xinfa";
  return {
    device: `${site}/${definition.name}/${id}`,
    kind: definition.name,
    name: id,
    building: undefined,
    floor: undefined,
    parent: undefined,
    facts: {},
    intervalMs: undefined,
    createdAt: 0,
    limits: {},
    definition,
    ...more,
    site,
    id,
  };
}

/** A frame of data with the next number. */
export function aFrame(app: Buffer, more: Partial<DeviceFrame> = {}): Buffer {
  return frameBytes({ seq: 0, command: 2, source, target: "000000000001", app, ...more }, Date.now());
}

/** A bare connection that writes bytes and reads what the gateway answers. */
export async function dial(port: number) {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  const answers: DeviceFrame[] = [];
  const waiting: (() => void)[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let isClosed = false;
  const wake = () => {
    for (const go of waiting.splice(0)) go();
  };
  socket.on("data", (chunk) => {
    const read = framesOf(Buffer.concat([rest, chunk]));
    rest = read.rest;
    answers.push(...read.frames);
    wake();
  });
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) =>
    socket.on("close", () => {
      isClosed = true;
      wake();
      resolve();
    }),
  );
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", () => resolve());
    socket.once("error", reject);
  });
  return {
    socket,
    answers,
    closed,
    write: (bytes: Buffer) => void socket.write(bytes),
    /** The first answer that fits; undefined when the connection ended before. */
    async answer(isIt: (frame: DeviceFrame) => boolean): Promise<DeviceFrame | undefined> {
      for (;;) {
        const found = answers.find(isIt);
        if (found !== undefined || isClosed) return found;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    end: () => void socket.destroy(),
  };
}
