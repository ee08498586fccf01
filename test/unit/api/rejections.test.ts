import { describe, expect, test } from "vitest";
import type { Rejection } from "../../../gateway/types.ts";
import { anApi } from "./api-support.ts";

function aRejection(id: string, site: string, payload: Buffer): Rejection {
  return {
    id,
    at: Date.parse("2026-01-15T08:00:00Z"),
    topic: `linli/v1/${site}/waste-bin/bin-1/telemetry`,
    principal: `${site}/bin-1`,
    payload: payload.toString("base64"),
    code: "field-invalid",
    path: "fill",
    value: "7",
    message: "fill must be a number from 0 to 1",
  };
}

async function withRejections() {
  const parts = await anApi();
  parts.rejections.kept.push(
    aRejection("r-xinfa", "xinfa", Buffer.from('{"fill":7}')),
    aRejection("r-yida", "yida", Buffer.from([0xff, 0xfe])),
  );
  return parts;
}

describe("a refused message", () => {
  test("is shown with its reason and its payload, as text where it is text", async () => {
    const parts = await withRejections();
    const { body } = await parts.call("manager", "GET /api/v1/rejections");
    expect(body.items[0]).toMatchObject({
      id: "r-xinfa",
      at: "2026-01-15T08:00:00.000Z",
      code: "field-invalid",
      path: "fill",
      payload: "eyJmaWxsIjo3fQ==",
      payloadText: '{"fill":7}',
    });
    expect(body.items[1].payloadText).toBeNull();
  });

  test("of another site is neither listed nor found nor ingested with a token of one site", async () => {
    const parts = await withRejections();
    const list = await parts.call("yidaAdmin", "GET /api/v1/rejections");
    expect(list.body.items.map(({ id }: { id: string }) => id)).toEqual(["r-yida"]);
    expect((await parts.call("yidaAdmin", "GET /api/v1/rejections?site=xinfa")).status).toBe(403);
    expect((await parts.call("yidaAdmin", "GET /api/v1/rejections/r-xinfa")).status).toBe(404);
    expect((await parts.call("yidaAdmin", "GET /api/v1/rejections/r-yida")).status).toBe(200);
    const again = (ids: string[]) => parts.call("yidaAdmin", "POST /api/v1/rejections/reingest", { ids });
    expect((await again(["r-yida", "r-xinfa"])).status).toBe(404);
    expect((await again(["r-yida"])).body).toEqual({ accepted: 1, refused: 0, missing: 0 });
    const group = await parts.call("yidaAdmin", "POST /api/v1/rejections/reingest", { group: "g" });
    expect(group.status).toBe(403);
  });

  test.each([[{}], [{ ids: ["a"], group: "b" }], [{ ids: [] }]])(
    "%j does not say what to ingest",
    async (body) => {
      const parts = await withRejections();
      expect((await parts.call("manager", "POST /api/v1/rejections/reingest", body)).status).toBe(400);
    },
  );
});
