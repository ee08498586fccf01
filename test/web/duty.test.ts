import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ApiError } from "../../dashboards/web/api/api-error.ts";
import { setLanguage } from "../../dashboards/web/i18n/language.ts";
import {
  draftOf,
  nextStage,
  readDraft,
  type ShownChain,
  swapStages,
} from "../../dashboards/web/property/duty/chains/chain-form.ts";
import { sayReached, sayUnreached, sayWhen } from "../../dashboards/web/property/duty/chains/ladder.ts";
import { addressOf, channelsOf, channelTitle } from "../../dashboards/web/property/duty/contacts/ways.ts";
import { changesFor, membershipOf } from "../../dashboards/web/property/duty/crews/membership.ts";
import { faultsByPath, sayFault, sayRefusal } from "../../dashboards/web/property/duty/faults.ts";
import type { Contact, Target } from "../../gateway/api/contract.ts";
import { defaultChains } from "../../gateway/duty/default-chains.ts";

beforeEach(() => setLanguage("zh"));
afterEach(() => setLanguage("zh"));

function aContact(more: Partial<Contact> = {}): Contact {
  return {
    ...{ id: "wang", name: "王建国", role: "member", crew: "east", person: null, ways: [] },
    ...{ active: true, warnings: [], ...more },
  };
}

function aTarget(name: string, type: string, isAddressed: boolean): Target {
  return { name, type, isAddressed, sites: null, least: "major", waiting: 0, sentAt: null, failing: null };
}

describe("a chain in the form", () => {
  const marks = { acknowledge: 60_000, arrive: 180_000, control: 300_000 };
  /** The built-in chain as the preview shows it, without people. */
  function shown(of: keyof typeof defaultChains): ShownChain {
    const { stages, repeatMs = null } = defaultChains[of];
    return {
      ...{ class: of, isOwn: false, repeatMs },
      stages: stages.map(({ after, until, call }) => ({
        ...{ at: "", until, mark: typeof after === "number" ? null : after },
        afterMs: typeof after === "number" ? after : marks[after],
        calls: call.map((one) => ({ ...one, people: [] })),
      })),
    };
  }

  test("is written back as it was read, for every built-in chain", () => {
    for (const of of ["fire", "critical", "major", "minor"] as const) {
      const { stages, repeatMs = null } = defaultChains[of];
      expect(readDraft(draftOf(shown(of)))).toEqual({ body: { stages, repeatMs } });
    }
  });

  test("says times as people write them: at once, seconds, whole minutes", () => {
    const times = draftOf(shown("critical")).stages.map(
      ({ when, amount, unit }) => `${when} ${amount} ${unit}`,
    );
    expect(times).toEqual(["now 0 seconds", "time 5 minutes", "time 10 minutes"]);
    expect(draftOf(shown("fire")).stages[1]).toMatchObject({ when: "time", amount: "25", unit: "seconds" });
  });

  test("says where no number stands", () => {
    const draft = draftOf(shown("major"));
    const [stage] = draft.stages;
    for (const amount of ["", " ", "bald", "-1"]) {
      const wrong = { stages: [{ ...stage!, amount }], repeat: { amount, unit: "minutes" as const } };
      expect(readDraft(wrong)).toEqual({ missing: ["stages.0.after", "repeatMs"] });
    }
  });

  test("gets a further step after the last, and steps change places", () => {
    const draft = draftOf(shown("critical"));
    expect(nextStage(draft)).toMatchObject({ key: 3, when: "time", amount: "11", unit: "minutes" });
    expect(nextStage({ stages: [], repeat: undefined })).toMatchObject({ key: 0, when: "now" });
    expect(swapStages(draft, 0).stages.map(({ key }) => key)).toEqual([1, 0, 2]);
    expect(swapStages(draft, 2)).toBe(draft);
  });
});

describe("the ladder", () => {
  const sms = aTarget("sms", "sms", true);
  const group = aTarget("wecom", "wecom", false);

  test("says when a step comes and which mark has passed", () => {
    expect(sayWhen({ afterMs: 0, mark: null })).toEqual({ when: "立即", why: "" });
    expect(sayWhen({ afterMs: 85_000, mark: null }).when).toBe("1分钟25秒后");
    expect(sayWhen({ afterMs: 180_000, mark: "arrive" })).toEqual({ when: "3分钟后", why: "到场时限已过" });
  });

  test("names people by the channels that they share, and the groups of the settings", () => {
    const person = (name: string, targets: string[]) => ({ id: name, name, targets });
    const people = [person("甲", ["sms"]), person("乙", ["sms", "mail"]), person("丙", ["sms"])];
    const call = { who: "duty", way: "all", people } as const;
    const reached = sayReached({ ...call, people: [...people] }, [sms, group]);
    expect(reached).toBe("甲、丙（用短信或语音电话） · 乙（用短信或语音电话、mail）");
    expect(sayReached({ who: "targets", way: "all", people: [] }, [sms, group])).toBe("wecom");
  });

  test("says what it means that nobody is reached", () => {
    const said = (["duty", "neighbours", "targets"] as const).map((who) =>
      sayUnreached({ who, way: "all", people: [] }),
    );
    expect(said).toEqual(["无人可呼叫", "没有别的队可增援", "还没有设置通知群"]);
  });
});

describe("ways", () => {
  test("are offered as far as they reach one person; what a way names already stays", () => {
    const targets = [aTarget("calls", "sms", true), aTarget("wecom", "wecom", false)];
    const channels = channelsOf(targets, [
      { target: "gone", address: "1" },
      { target: "", address: "" },
    ]);
    expect(channels.map(channelTitle)).toEqual(["calls · 短信或语音电话", "gone"]);
  });

  test("ask for what the channel needs", () => {
    expect(["sms", "email", ""].map((type) => addressOf(type).inputmode)).toEqual(["tel", "email", "text"]);
  });
});

describe("the members of a crew", () => {
  test("are changed only where they differ from what is wished", () => {
    const contacts = [
      aContact(),
      aContact({ id: "li", role: "leader" }),
      aContact({ id: "zhou", crew: "west" }),
      aContact({ id: "office", role: "supervisor", crew: null }),
    ];
    const now = membershipOf("east", contacts);
    expect(now).toEqual({ wang: "member", li: "leader" });
    expect(changesFor("east", contacts, now)).toEqual([]);
    const changes = changesFor("east", contacts, { ...now, wang: "leader", zhou: "member" });
    expect(changes.map(({ contact, change }) => [contact.id, change])).toEqual([
      ["wang", { crew: "east", role: "leader" }],
      ["zhou", { crew: "east", role: "member" }],
    ]);
  });
});

describe("a refusal", () => {
  const refusal = (path: string, message: string) =>
    new ApiError({ status: 400, code: "invalid-request", detail: message, faults: [{ path, message }] });

  test("stands where it belongs, whoever found it", () => {
    expect(
      faultsByPath(refusal("body.ways[0].address", "ways[0].address must have 1 to 256 characters")),
    ).toEqual({
      "ways.0.address": "请填 1 到 256 个字",
    });
    expect(faultsByPath(refusal("body.checks.planned.0", "must be a time of day such as 08:00"))).toEqual({
      "checks.planned.0": "请填 24 小时制的时间，如 08:00",
    });
    expect(faultsByPath(new TypeError("no"))).toEqual({});
  });

  test("says moments in the zone of the browser, and keeps what nobody translated", () => {
    const said = sayFault(
      "王建国 is on duty from 2026-01-15T00:00:00.000Z to 2026-01-15T12:00:00.000Z already",
    );
    expect(said).toMatch(/^王建国 在 1月15日 \d\d:00 至 1月15日 \d\d:00 已有排班$/);
    expect(sayFault("something else")).toBe("something else");
    const full = new ApiError({
      status: 409,
      code: "conflict",
      detail: "the crew 东区 still has contacts: move or remove them first",
    });
    expect(sayRefusal(full)).toContain("“东区”还有联系人");
  });
});
