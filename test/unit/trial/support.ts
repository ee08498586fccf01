import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { compileFields } from "../../../devices/kit/fields.ts";
import { createJudge } from "../../../gateway/alert/judge.ts";
import { createPhases } from "../../../gateway/alert/phases.ts";
import { alertSettings } from "../../../gateway/alert/settings.ts";
import { createDeviceStates } from "../../../gateway/device-state.ts";
import { ingestSettings } from "../../../gateway/ingest/settings.ts";
import type { Entry } from "../../../gateway/journal/contract.ts";
import { createHub } from "../../../gateway/live/hub.ts";
import { liveSettings } from "../../../gateway/live/settings.ts";
import { createLog } from "../../../gateway/log.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import { createTaker } from "../../../gateway/outcome.ts";
import { createPathMetrics } from "../../../gateway/path-metrics.ts";
import { createPipeline } from "../../../gateway/pipeline.ts";
import { createOwnDevices, selfTestDevice, topicOf } from "../../../gateway/trial/devices.ts";
import { trialPayload } from "../../../gateway/trial/kind.ts";
import { createSightings, markTrials } from "../../../gateway/trial/mark.ts";
import { createPass } from "../../../gateway/trial/pass.ts";
import { testPath } from "../../../gateway/trial/self-test.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aBroker } from "../broker/support.ts";

/** A part of the path that a test breaks. */
export type Broken = "judge" | "journal" | "screen" | "stream" | "dispatcher";

const log = createLog({ level: "silent" });

/** The real path from a real broker to a real stream, of which each part can be stopped, on a clock that only the test moves. */
export async function aTestedPath() {
  const clock = createFakeClock();
  const metrics = createMetrics();
  const pass = createPass((size) => Buffer.alloc(size, 7));
  const sightings = createSightings();
  const broken = new Set<Broken>();
  const records: string[] = [];
  const waiting: Entry[] = [];
  /** What the present test has come to, seen from outside. */
  const seen = new Set<string>();
  let ids = 0;
  const newId = () => {
    seen.clear();
    return `run-${++ids}`;
  };

  const phases = createPhases();
  const { judge: judgeSettings } = alertSettings.parse({});
  const ownDevice = createOwnDevices(() => undefined);
  const judge = createJudge({
    ...{ phases, find: ownDevice, clock, metrics, log, settings: judgeSettings },
    newId: () => `change-${++ids}`,
  });
  const settings = ingestSettings.parse({});
  const noRegistry = {
    device: nothing,
    deviceAt: nothing,
    devices: () => [],
    unusable: () => [],
    onDevice: () => () => {},
  };
  const states = createDeviceStates({
    ...{ registry: noRegistry, ownDevice, compile: compileFields, settings, hashPerson: (_, text) => text },
    checkpoints: { load: () => [], remove() {} },
  });
  const hub = createHub({
    journal: { onCommit: () => () => {}, async *read() {}, last: () => 0, first: () => 1 },
    ...{ settings: liveSettings.parse({}), clock, metrics, log },
  });
  const take = createTaker({
    states,
    mark: (change) => change,
    duty: { follow: () => [], superseded: () => [] },
    alarm(change) {
      if (change.step !== "raised" || change.selfTest === undefined) return;
      sightings.saw({ selfTest: change.selfTest }, "judged");
      if (!broken.has("screen")) hub.urgent(change);
    },
    incident: () => {
      throw new Error("a self-test made an incident");
    },
    show() {},
  });
  const pipeline = createPipeline({
    ...{ states, take, clock, newId: () => `rejection-${++ids}`, log, settings, lateAfterMs: 1_000 },
    judge: { ...judge, judge: (...about) => (broken.has("judge") ? [] : judge.judge(...about)) },
    quiet: {
      ...{ watch() {}, forget() {}, restore() {}, affected: nothing },
      ...{ heard: () => [], presence: () => [], due: () => [] },
    },
    dutyHeard: () => [],
    journal: {
      append(entry: Entry) {
        waiting.push(entry);
        if (broken.has("journal")) return;
        for (const { records: lines, committed } of waiting.splice(0)) {
          records.push(...lines);
          // As from a disk: later, and not in the turn in which it was asked.
          setImmediate(() => committed(records.length));
        }
      },
    },
    replied() {},
    clean: {
      withoutImages: (payload) => payload,
      payload: (_topic, payload) => payload,
      shown: (_topic, payload) => payload,
      refusal: (_topic, refusal) => refusal,
      text: (_topic, text) => text,
    },
    metrics: createPathMetrics(metrics),
  });
  const accept = markTrials(pipeline.accept, sightings);
  const broker = await aBroker({
    identify: pass.identify,
    accept(message, answer) {
      seen.add("arrived");
      accept(message, answer);
    },
  });

  const server = createServer((request, response) => {
    const isGateway = pass.caller(request.headers.authorization?.slice(7) ?? "") !== undefined;
    if (!isGateway || broken.has("stream")) return response.writeHead(503).end();
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.once("close", () => seen.add("stream closed"));
    hub.open({
      ...{ filter: { types: ["alert"] }, lastEventId: undefined, isAllowed: () => true, isGateway },
      ...{ snapshot: () => ({}), outlet: response },
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const httpPort = (server.address() as AddressInfo).port;

  return {
    ...{ clock, metrics, broken, records, broker, seen, hub, pipeline },
    isRaised: () => phases.of(selfTestDevice) !== undefined,
    isDisconnected: () => broker.broker.connectionCount() === 0,
    test: ({ mqttPort = broker.port, stopped = new AbortController().signal } = {}) =>
      testPath({
        ...{ pass, sightings, settings: { withinMs: 10_000 }, clock, stopped, newId },
        mqttDoor: () => ({ way: "tcp", host: "127.0.0.1", port: mqttPort }),
        httpDoor: () => ({ isSecure: false, host: "127.0.0.1", port: httpPort }),
        async probe() {
          seen.add("probed");
          if (broken.has("dispatcher")) await new Promise(() => {});
        },
        clear(id) {
          const payload = Buffer.from(trialPayload({ selfTest: id }, false));
          const message = {
            topic: topicOf(selfTestDevice),
            payload,
            qos: 1,
            dup: false,
            will: false,
          } as const;
          pipeline.accept({ ...message, principal: undefined, trial: { selfTest: id } }, () => {});
        },
      }),
    close: () => server.close(),
  };
}

function nothing(): undefined {}
