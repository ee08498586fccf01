import { describe, expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import type { Alert, Incident } from "../../../gateway/alert/contract.ts";
import { configSchema } from "../../../gateway/config.ts";
import type { Calling, Chain, Contact, DutyCheck } from "../../../gateway/duty/contract.ts";
import { createLog } from "../../../gateway/log.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { Notification } from "../../../gateway/notify/contract.ts";
import { ofChange, ofStep } from "../../../gateway/notify/notification.ts";
import type { Site } from "../../../gateway/state/contract.ts";
import { openTelling } from "../../../gateway/telling.ts";
import type { Change, IncidentStep, KnownDevice } from "../../../gateway/types.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aTarget, pass, settle } from "../notify/dispatch-support.ts";
import { aDatabase } from "../state/support.ts";

const second = 1_000;
const catalogue = await loadCatalogue();
const bin = catalogue.get("waste-bin")!;
const device = {
  ...{ device: "xinfa/waste-bin/bin-7", site: "xinfa", kind: "waste-bin", id: "bin-7", name: "7号楼厨余桶" },
  ...{ building: "7", floor: "1", definition: bin, facts: {} },
} as unknown as KnownDevice;
const fireRule = bin.rules.find(({ fire }) => fire === true)!;

const fire: Chain = {
  stages: [
    {
      after: 0,
      call: [
        { who: "duty", way: "first" },
        { who: "targets", way: "all" },
      ],
      until: "acknowledged",
    },
    { after: 25 * second, call: [{ who: "duty", way: "second" }], until: "acknowledged" },
    { after: 85 * second, call: [{ who: "supervisor", way: "all" }], until: "acknowledged" },
    // At the moment at which the first stage calls the same people for the third time: they get one message.
    { after: 120 * second, call: [{ who: "duty", way: "first" }], until: "acknowledged" },
  ],
  repeatMs: 60 * second,
};
const major: Chain = {
  stages: [{ after: 600 * second, call: [{ who: "duty", way: "first" }], until: "acknowledged" }],
  repeatMs: undefined,
};
const people = ["duty", "supervisor"].map((id): Contact => {
  const ways = ["sms", "voice"].map((target) => ({ target, address: `${id}@${target}` }));
  const about = { site: "xinfa", name: id, crew: "c1", person: undefined, isActive: true } as const;
  return { id, ways, role: id === "duty" ? "member" : "supervisor", ...about };
});
const calling: Calling = {
  chain: (_site, of) => ({ fire, major })[of as "fire"] ?? { stages: [], repeatMs: undefined },
  people: (_place, { who, way }) =>
    people
      .filter(({ id }) => id === who)
      .map((contact) => {
        const [first, second] = contact.ways;
        return { contact, ways: way === "all" ? contact.ways : [(way === "first" ? first : second)!] };
      }),
};

/** People who are told, over a real database; `crash` begins the next run on the same data without closing anything. */
function somePeople({
  hold = () => undefined as string | undefined,
  pause = () => undefined as string | undefined,
} = {}) {
  const clock = createFakeClock(Date.parse("2026-01-15T08:00:00Z"));
  const database = aDatabase();
  const robot = aTarget(clock, { name: "robot" });
  const program = aTarget(clock, { name: "program", merges: false, perMinute: Number.POSITIVE_INFINITY });
  const sms = aTarget(clock, { name: "sms", isAddressed: true });
  const voice = aTarget(clock, { name: "voice", isAddressed: true });
  const books = {
    alerts: [] as Alert[],
    incidents: [] as Incident[],
    steps: [] as IncidentStep[],
    checks: [] as DutyCheck[],
  };

  function open() {
    const telling = openTelling(
      {
        config: configSchema.parse({}),
        clock,
        random: () => 0,
        metrics: createMetrics(),
        log: createLog({ level: "silent" }),
      },
      {
        database,
        registry: {
          device: (name) => (name === device.device ? device : undefined),
          site: () => ({ name: "新发小区" }) as Site,
        },
        targets: [robot, program, sms, voice].map(({ target }) => target),
        duty: {
          calling,
          contacts: {
            of: () => people,
            anywhere: (id: string) => people.find((one) => one.id === id),
          } as never,
        },
        assignees: () => people.map((contact) => ({ name: contact.name, contact })),
        holds: { hold, pause },
        linkOf: () => undefined,
      },
    );
    telling.start({
      alerts: { list: () => ({ items: books.alerts, next: undefined }) },
      incidents: { open: () => books.incidents, timeline: () => books.steps },
      dutyChecks: books.checks,
    });
    return telling;
  }

  let telling = open();
  const stopTick = clock.every(250, () => telling.tick());
  return {
    ...{ clock, robot, program, sms, voice, books, stopTick },
    get telling() {
      return telling;
    },
    crash() {
      telling = open();
    },
    /** Whom each message went to, and how many seconds after the beginning. */
    called: (channel: typeof sms, from: number) =>
      channel.taken.map(({ at, delivery }) => `${delivery.recipient?.contact} ${(at - from) / second}`),
  };
}

function aChange(more: Partial<Change> = {}): Change {
  return {
    ...{ id: "ch-1", alert: "al-1", step: "raised", device: device.device, rule: fireRule.id },
    ...{ severity: "critical", at: Date.parse("2026-01-15T08:00:00Z"), values: { temperature: 90 } },
    ...more,
  };
}

function aStep(more: Partial<IncidentStep> = {}): IncidentStep {
  const at = Date.parse("2026-01-15T08:00:00Z");
  return {
    ...{ id: "st-1", incident: "in-1", step: "detected", site: "xinfa", building: "7", floor: "1", at },
    ...{ device: device.device, rule: fireRule.id, alert: "al-1", values: { temperature: 90 } },
    marks: { acknowledge: at + 60 * second, arrive: at + 180 * second, control: at + 300 * second },
    ...more,
  };
}

const kinds = (told: ReturnType<typeof aTarget>) =>
  told.taken.map(({ delivery: { notification } }) => `${notification.kind} ${notification.step}`);

describe("a fire that nobody answers", () => {
  test("is told by a second channel in 30 s, to a supervisor in 90 s, and again until somebody acts", async () => {
    const { telling, clock, sms, voice, robot, called } = somePeople();
    const from = clock.now();
    telling.urgent(aChange());
    telling.urgent(aStep());
    await settle();
    expect(kinds(robot)).toEqual(["incident detected"]);
    await pass(clock, 130 * second);
    expect(called(sms, from)).toEqual(["duty 0", "duty 60", "supervisor 85", "duty 120"]);
    expect(called(voice, from)).toEqual(["duty 25", "supervisor 85", "duty 85"]);
    expect(kinds(robot)).toEqual(["incident detected", "call 1", "call 1"]);

    telling.urgent(
      aStep({ id: "st-2", step: "acknowledged", by: "张三", device: undefined!, at: clock.now() }),
    );
    await pass(clock, 600 * second, 1_000);
    expect(called(sms, from)).toHaveLength(4);
    expect(kinds(robot)).toEqual(["incident detected", "call 1", "call 1", "incident acknowledged"]);
    const last = robot.taken.at(-1)!.delivery.notification;
    expect(last).toMatchObject({
      by: "张三",
      building: "7",
      deviceName: "7号楼厨余桶",
      title: fireRule.title,
    });
  });

  test("keeps its deadlines over a crash, and nobody is called twice for what he was told", async () => {
    const people = somePeople();
    const { clock, sms, voice, called, books } = people;
    const from = clock.now();
    people.telling.urgent(aStep());
    await settle();
    await pass(clock, 20 * second);
    people.telling.outbox.flush();
    books.incidents.push({
      ...({ id: "in-1", site: "xinfa", building: "7", state: "detected", detectedAt: from } as Incident),
      marks: aStep().marks!,
    });
    books.steps.push(aStep());
    people.crash();
    people.telling.apply(aStep());
    await pass(clock, 70 * second);
    expect(called(sms, from)).toEqual(["duty 0", "duty 60", "supervisor 85"]);
    expect(called(voice, from)).toEqual(["duty 25", "supervisor 85", "duty 85"]);
  });

  test("is tried again in 5 s at a target that is down, and calls that were answered meanwhile expire", async () => {
    const { telling, clock, sms } = somePeople();
    sms.fails({ retryable: true });
    telling.urgent(aStep());
    await pass(clock, 90 * second);
    const gaps = sms.tried.slice(1).map((at, i) => at - sms.tried[i]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5 * second);
    telling.urgent(aStep({ id: "st-2", step: "acknowledged", by: "张三" }));
    await pass(clock, 1 * second);
    sms.works();
    await pass(clock, 60 * second);
    expect(sms.taken).toEqual([]);
    const states = telling.outbox
      .list({ target: "sms", limit: 50 })
      .items.flatMap(({ deliveries }) => deliveries.filter(({ target }) => target === "sms"))
      .map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(["expired"]));
  });
});

describe("what is told", () => {
  test("programs get the alert and the incident, people get a fire once", async () => {
    const { telling, robot, program } = somePeople();
    telling.urgent(aChange());
    telling.urgent(aStep());
    telling.apply(aChange());
    telling.apply(aStep());
    await settle();
    expect(kinds(program)).toEqual(["alert raised", "incident detected"]);
    expect(kinds(robot)).toEqual(["incident detected"]);
  });

  test("a replay is told to nobody, a drill to everybody and as one", async () => {
    const { telling, robot } = somePeople();
    telling.urgent(aChange({ simulated: true }));
    await settle();
    expect(robot.taken).toEqual([]);
    telling.urgent(aStep({ drill: "d1" }));
    await settle();
    expect(robot.taken[0]?.delivery.notification.drill).toBe("d1");
  });

  test("an alert below critical that is held is on record, told to nobody and calls nobody", async () => {
    const { telling, clock, robot, sms } = somePeople({ hold: () => "silenced" });
    telling.apply(aChange({ severity: "major", rule: "fill-high" }));
    await pass(clock, 700 * second, 1_000);
    expect([robot.taken, sms.taken]).toEqual([[], []]);
    expect(telling.outbox.list({ state: "held", limit: 5 }).items).toHaveLength(1);
    telling.urgent(aStep({ at: clock.now() }));
    await settle();
    expect(kinds(robot)).toEqual(["incident detected"]);
  });

  test("who is given an alert hears it by his first way, unless he took it himself", async () => {
    const { telling, clock, robot, program, sms, voice } = somePeople();
    const given = { step: "assigned", severity: "minor", by: "li", comment: "换电池" } as const;
    telling.apply(aChange({ ...given, id: "ch-2", assignee: "supervisor" }));
    telling.apply(aChange({ ...given, id: "ch-3", assignee: "duty", by: "duty" }));
    telling.apply(aChange({ ...given, id: "ch-4", assignee: "a stranger" }));
    telling.apply(aChange({ ...given, id: "ch-5", assignee: null }));
    await pass(clock, 10 * second);
    expect(sms.taken.map(({ delivery }) => delivery)).toMatchObject([
      {
        recipient: { contact: "supervisor" },
        notification: { step: "assigned", by: "li", assignee: "supervisor", note: "换电池" },
      },
    ]);
    expect([robot.taken, voice.taken]).toEqual([[], []]);
    expect(kinds(program)).toHaveLength(4);
  });

  test("nobody is called of an alert while a window covers it, and again when it is over", async () => {
    let covers: string | undefined = "silenced";
    const { telling, clock, sms, called } = somePeople({ pause: () => covers });
    const from = clock.now();
    telling.apply(aChange({ severity: "major", rule: "methane" }));
    await pass(clock, 900 * second, 1_000);
    expect(sms.taken).toEqual([]);
    covers = undefined;
    await pass(clock, 10 * second, 1_000);
    expect(called(sms, from)).toHaveLength(1);
  });

  test("an alert that nobody acknowledges in its time calls, one that passed does not", async () => {
    const { telling, clock, sms, called } = somePeople();
    const from = clock.now();
    telling.apply(aChange({ severity: "major", rule: "methane" }));
    telling.apply(aChange({ id: "ch-2", alert: "al-2", severity: "major", rule: "tilted" }));
    telling.apply(aChange({ id: "ch-3", alert: "al-2", severity: "major", rule: "tilted", step: "cleared" }));
    await pass(clock, 1_300 * second, 1_000);
    // With two seconds in which others could have joined it.
    expect(called(sms, from)).toEqual(["duty 602"]);
  });

  test("an uplink that is down says what is cut off, and an alarm in a window what it came in", () => {
    const place = { site: "xinfa", siteName: "新发", device: device.device, definition: bin };
    const words = { title: { zh: "离线", en: "Offline" } };
    const affects = { count: 43, names: ["烟感 1", "烟感 2"] };
    expect(ofChange(aChange({ severity: "major", affects }), place, words).readings).toEqual([
      { zh: "影响 43 台设备：烟感 1、烟感 2 等", en: "43 devices are cut off: 烟感 1, 烟感 2 and others" },
    ]);
    const alone = { count: 1, names: ["烟感 1"] };
    expect(ofChange(aChange({ severity: "major", affects: alone }), place, words).readings).toEqual([
      { zh: "影响 1 台设备：烟感 1", en: "1 device is cut off: 烟感 1" },
    ]);
    const during = { mute: "m1", type: "maintenance", reason: "换烟感" } as const;
    expect(ofStep(aStep({ during }), place, words).during).toBe("maintenance");
    expect(ofStep(aStep({ during: { ...during, type: "silence" } }), place, words).during).toBe("换烟感");
  });

  test("values that name a person stay where they can be erased", () => {
    const person = Object.entries(catalogue.get("access-gate")!.fields).find(
      ([, { isPerson }]) => isPerson,
    )![0];
    const gate = { ...device, device: "xinfa/access-gate/g1", definition: catalogue.get("access-gate")! };
    const place = { site: "xinfa", siteName: "新发", device: gate.device, definition: gate.definition };
    const told: Notification = ofChange(
      aChange({ device: gate.device, rule: "duress", values: { [person]: "keyed", battery: 40 } }),
      place,
      { title: { zh: "胁迫", en: "Duress" } },
    );
    expect(JSON.stringify(told)).not.toContain("keyed");
    expect(told.values).toEqual({ battery: 40 });
  });

  test("a duty check asks those on duty, again at a target that was down, and nobody once it is over", async () => {
    const { telling, clock, sms, robot, program } = somePeople();
    const check = {
      id: "dc-1",
      site: "xinfa",
      crew: "c1",
      crewName: "一班",
      onDuty: ["duty"],
    } as unknown as DutyCheck;
    const step = {
      id: "s-1",
      check: "dc-1",
      step: "asked",
      site: "xinfa",
      crew: "c1",
      at: clock.now(),
    } as const;
    sms.fails({ retryable: true });
    telling.dutyCheck(step, check);
    await settle();
    sms.works();
    await pass(clock, 30 * second);
    expect(sms.taken.map(({ delivery: { recipient } }) => recipient?.contact)).toEqual(["duty"]);
    sms.fails({ retryable: true });
    telling.dutyCheck({ ...step, id: "s-3", check: "dc-2" }, { ...check, id: "dc-2" });
    await pass(clock, 10 * second);
    telling.dutyCheck(
      { ...step, id: "s-4", check: "dc-2", step: "answered", by: "张三" },
      { ...check, id: "dc-2" },
    );
    await pass(clock, 1 * second);
    sms.works();
    await pass(clock, 60 * second);
    expect(sms.taken).toHaveLength(1);
    expect(robot.taken).toEqual([]);
    expect(kinds(program)).toEqual(["duty-check asked", "duty-check asked", "duty-check answered"]);
  });
});
