import { afterEach, expect, test } from "vitest";
import { createAlertmanagerChannel } from "../../../gateway/notify/alertmanager.ts";
import type { Notification } from "../../../gateway/notify/contract.ts";
import { aFire, outboundTo } from "../../contract/channel-subject.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { openAlertmanager } from "../../support/targets/machines.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** What an Alertmanager got of these steps of one alert. */
async function alertsOf(...steps: Partial<Notification>[]) {
  const platform = await openAlertmanager({ password: "p" });
  cleanups.push(platform.close);
  const clock = createFakeClock();
  const channel = createAlertmanagerChannel({
    url: `${platform.origin}/am`,
    authorization: `Basic ${Buffer.from("linli:p").toString("base64")}`,
    manner: { language: "zh", zone: "+08:00" },
    ...{ outbound: outboundTo({ clock }), clock },
  });
  const alert = { kind: "alert", urgency: "normal", severity: "major", rule: "full", alert: "a1" } as const;
  for (const step of steps) await channel.send({ notification: aFire({ ...alert, ...step }) });
  return platform.taken.map(({ body }) => JSON.parse(body)[0]);
}

test("an alert stands until it is said to be over: no time of its own resolves it before", async () => {
  const [raised, acknowledged, cleared] = await alertsOf(
    { step: "raised" },
    { step: "acknowledged", by: "王队", at: Date.parse("2026-01-15T09:00:00Z") },
    { step: "cleared", at: Date.parse("2026-01-15T10:00:00Z") },
  );
  expect(raised).toMatchObject({
    labels: {
      alertname: "full",
      severity: "major",
      site: "xinfa",
      kind: "waste-bin",
      device: "bin-7",
      rule: "full",
    },
    annotations: { summary: "【重要】桶内起火 · 东门厨余桶", place: "新发小区 7号楼 3层" },
    startsAt: "2026-01-15T08:00:00.000Z",
    endsAt: "2026-02-14T08:00:00.000Z",
  });
  expect(acknowledged.endsAt).toBe("2026-02-14T09:00:00.000Z");
  expect(acknowledged.annotations.description).toContain("王队");
  expect(cleared.endsAt).toBe("2026-01-15T10:00:00.000Z");
  // The same labels are the same alert; one that differs would stand for ever.
  expect(acknowledged.labels).toEqual(raised.labels);
  expect(cleared.labels).toEqual(raised.labels);
});

test("what people say of an alert that has passed does not raise it anew", async () => {
  const told = await alertsOf(
    { step: "cleared", at: Date.parse("2026-01-15T10:00:00Z") },
    { step: "commented", by: "王队", note: "已清运", at: Date.parse("2026-01-15T11:00:00Z") },
    { step: "assigned", by: "王队", assignee: "张师傅", at: Date.parse("2026-01-15T11:01:00Z") },
  );
  expect(told.map(({ endsAt }) => endsAt)).toEqual(["2026-01-15T10:00:00.000Z"]);
});

test("a test goes by itself, and what has no device has no empty labels", async () => {
  const {
    device: _,
    rule: __,
    ...rest
  } = { device: undefined, rule: undefined, kind: "test", step: "test" } as const;
  const [alert] = await alertsOf({ ...rest, device: "", rule: "test" });
  expect(alert.labels).toEqual({ alertname: "test", rule: "test", severity: "major", site: "xinfa" });
  expect(alert.endsAt).toBe("2026-01-15T08:05:00.000Z");
});
