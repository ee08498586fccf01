import { expect, test } from "vitest";
import { anApi } from "./api-support.ts";

const drawing =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 500"><rect width="9" height="9"/></svg>';
const svg = { "content-type": "image/svg+xml" };
const plansPath = "/api/v1/sites/xinfa/plans";

async function aPlanned() {
  const api = await anApi();
  const added = await api.call("manager", `POST ${plansPath}?name=Site&metresPerUnit=0.2`, drawing, svg);
  const url: string = added.headers.location as string;
  return { ...api, added, url, image: added.body.image as string };
}

test("a plan is added with its image, listed and found", async () => {
  const { added, call, url } = await aPlanned();
  expect(added.status).toBe(201);
  expect(added.body).toMatchObject({
    ...{
      name: "Site",
      building: null,
      floor: null,
      width: 1000,
      height: 500,
      metresPerUnit: 0.2,
      version: 1,
    },
    ...{ placements: [], points: [] },
  });
  const { placements, points, ...listed } = added.body;
  expect({ placements, points }).toEqual({ placements: [], points: [] });
  expect((await call("viewer", `GET ${plansPath}`)).body).toEqual({ items: [listed], next: null });
  expect((await call("viewer", `GET ${url}`)).body).toEqual(added.body);
  expect((await call("viewer", `GET ${plansPath}/none`)).status).toBe(404);
});

test("an image is kept by browsers until it changes, and nothing of it can run", async () => {
  const { call, url, image } = await aPlanned();
  const answer = await call("viewer", `GET ${image}`);
  expect(answer.headers).toMatchObject({
    "content-type": "image/svg+xml",
    "cache-control": "private, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
  });
  const policy = String(answer.headers["content-security-policy"]);
  expect(policy).toContain("sandbox");
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("script");
  const etag = String(answer.headers.etag);
  const again = await call("viewer", `GET ${url}/image`, undefined, { "if-none-match": etag });
  expect([again.status, again.headers["cache-control"]]).toEqual([304, "private, no-cache"]);

  const replaced = await call("engineer", `PUT ${url}/image`, drawing.replace("1000 500", "2000 1000"), svg);
  expect(replaced.body).toMatchObject({ width: 2000, metresPerUnit: 0.1, version: 2 });
  expect(replaced.body.image).not.toBe(image);
  expect((await call("viewer", `GET ${url}/image`, undefined, { "if-none-match": etag })).status).toBe(200);
});

test("an image that is none, is too long or would run something is refused with the reason", async () => {
  const { call, url } = await aPlanned();
  const evil = drawing.replace("<rect", "<script>alert(1)</script><rect");
  const refused = await call("manager", `PUT ${url}/image`, evil, svg);
  expect([refused.status, refused.body.detail]).toEqual([400, expect.stringContaining("<script>")]);
  const long = await call("manager", `PUT ${url}/image`, "x".repeat(5_000_000), svg);
  expect(long.status).toBe(413);
  const json = await call("manager", `PUT ${url}/image`, { image: drawing });
  expect([json.status, json.body.detail]).toEqual([400, expect.stringContaining("SVG, PNG, JPEG or WebP")]);
});

test("what is drawn is replaced as a whole, unless somebody was faster", async () => {
  const { call, url, registry } = await aPlanned();
  registry.addDevice("xinfa", { kind: "fire-detector", id: "smoke-1", facts: { detects: "smoke" } });
  const change = {
    placements: [{ device: "xinfa/fire-detector/smoke-1", x: 500, y: 250 }],
    points: [{ kind: "hydrant", name: "南门", x: 0, y: 0 }],
    version: 1,
  };
  const changed = await call("engineer", `PATCH ${url}`, change);
  expect(changed.body).toMatchObject({
    ...{ version: 2, placements: change.placements },
    points: [{ id: "1", ...change.points[0] }],
  });
  expect((await call("manager", `PATCH ${url}`, change)).status).toBe(409);
  expect((await call("manager", `PATCH ${url}`, { version: 2 })).status).toBe(400);
  const outside = await call("manager", `PATCH ${url}`, { points: [{ kind: "hydrant", x: 1001, y: 0 }] });
  expect([outside.status, outside.body.errors]).toEqual([
    400,
    [{ path: "body.points[0].x", message: expect.stringContaining("from 0 to 1000") }],
  ]);
  expect((await call("admin", `DELETE ${url}`)).status).toBe(204);
  expect((await call("admin", `GET ${url}`)).status).toBe(404);
});
