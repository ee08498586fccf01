import { describe, expect, test } from "vitest";
import { GatewayError } from "../../../gateway/errors.ts";
import type { RangeAnswer, RangeRequest, RawSeries } from "../../../gateway/series/contract.ts";
import { anApi } from "./api-support.ts";

const url = "GET /api/v1/sites/xinfa/limits/preview";
const hour = 3_600_000;
const order = { kind: "waste-bin", rule: "overfull", limits: "atLeast:0.8,clear:0.7" };

/** Devices and how full each was, hour by hour, up to now; `undefined`: more than one answer may hold. */
async function aPast(
  fills: Readonly<Record<string, readonly number[] | undefined>>,
  answered: Promise<void> = Promise.resolve(),
) {
  const asked: RangeRequest[] = [];
  /** How long the store takes for each answer. */
  const slow = { ms: 0 };
  const parts: Awaited<ReturnType<typeof anApi>> = await anApi({
    parts: {
      series: {
        range: async (request: RangeRequest): Promise<RangeAnswer> => {
          asked.push(request);
          await answered;
          parts.clock.advance(slow.ms);
          const [device = ""] = request.devices;
          const values = fills[device.split("/")[2] ?? ""];
          if (values === undefined) throw new GatewayError("limit-reached", "too many values");
          const times = values.map((_, index) => request.to - (values.length - index) * hour);
          const one: RawSeries = {
            ...{ device, field: "fill", type: "number", times, values },
            quality: values.map(() => "good"),
          };
          return { stepMs: undefined, level: "raw", raw: [one], stepped: [], before: [] };
        },
        total: () => Promise.reject(new GatewayError("busy", "not asked for")),
        export: () => Promise.reject(new GatewayError("busy", "not asked for")),
      },
    },
  });
  for (const id of Object.keys(fills)) parts.registry.addDevice("xinfa", { kind: "waste-bin", id });
  return { ...parts, asked, slow };
}

function ask(
  parts: Pick<Awaited<ReturnType<typeof anApi>>, "call">,
  who: "manager" | "viewer",
  query: object,
) {
  return parts.call(who, `${url}?${new URLSearchParams({ ...query })}`);
}

describe("a preview of limits", () => {
  test("counts the alerts with the present and with the tried numbers, and says when", async () => {
    const parts = await aPast({ "b-1": [0.5, 0.85, 0.6, 0.97, 0.2], "b-2": [0.1, 0.2], "b-3": undefined });
    const { status, body } = await ask(parts, "manager", order);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ devices: 2, skipped: 1, now: { alerts: 1, devices: 1 }, tried: { alerts: 2, devices: 1 } },
      items: [{ device: "xinfa/waste-bin/b-1", now: 1, tried: 2 }],
    });
    const [first] = body.items[0].episodes;
    expect(Date.parse(first.to) - Date.parse(first.from)).toBe(hour);
    expect(parts.asked[0]).toMatchObject({ step: "raw", simulated: false });
    expect(parts.asked[0]!.to - parts.asked[0]!.from).toBe(7 * 24 * hour);
  });

  test("leaves a device its own number when a site's is tried, and takes it when it is the device's", async () => {
    const parts = await aPast({ "b-1": [0.5, 0.85] });
    const own = { rule: "overfull", limit: "atLeast", value: 0.99 };
    await parts.call("manager", "PUT /api/v1/sites/xinfa/devices/b-1/limits", own);
    expect((await ask(parts, "manager", order)).body.tried.alerts).toBe(0);
    expect((await ask(parts, "manager", { ...order, device: "b-1" })).body.tried.alerts).toBe(1);
  });

  test("refuses a rule or number that the kind does not have, a foreign device and a viewer", async () => {
    const parts = await aPast({ "b-1": [] });
    const unknown = await ask(parts, "manager", { ...order, rule: "no-such" });
    expect(unknown.body.errors[0].path).toBe("query.rule");
    const number = await ask(parts, "manager", { ...order, limits: "below:1" });
    expect(number.body.errors[0].path).toBe("query.limits.below");
    expect((await ask(parts, "manager", { ...order, device: "b-9" })).status).toBe(404);
    for (const limits of ["atLeast", "atLeast:much", "atLeast:1,", "atLeast:1e999"]) {
      expect((await ask(parts, "manager", { ...order, limits })).status).toBe(400);
    }
    expect((await ask(parts, "viewer", order)).status).toBe(403);
  });

  test("looks at as many devices as it has time for, and says how many were left", async () => {
    const ids = Array.from({ length: 5 }, (_, index) => `b-${index}`);
    const parts = await aPast(Object.fromEntries(ids.map((id) => [id, [0.9]])));
    parts.slow.ms = 4000;
    const { body } = await ask(parts, "manager", order);
    expect(body).toMatchObject({ devices: 3, skipped: 2, tried: { alerts: 3, devices: 3 } });
  });

  test("runs one at a time, so that nobody can keep the gateway busy with it", async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const parts = await aPast({ "b-1": [0.5] }, answered);
    const first = ask(parts, "manager", order);
    await expect.poll(() => parts.asked.length).toBe(1);
    expect((await ask(parts, "manager", order)).status).toBe(503);
    answer();
    expect((await first).status).toBe(200);
    expect((await ask(parts, "manager", order)).status).toBe(200);
  });
});
