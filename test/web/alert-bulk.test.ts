import { afterEach, expect, test, vi } from "vitest";
import { shallowRef } from "vue";
import { takeSteps } from "../../dashboards/web/property/alerts/bulk.ts";
import { useSelection } from "../../dashboards/web/property/alerts/selection.ts";
import type { Alert } from "../../gateway/api/contract.ts";

const some = (...ids: string[]) => ids.map((id) => ({ id }) as Alert);

afterEach(() => vi.unstubAllGlobals());

test("a step of many alerts is taken one by one, and one that is refused keeps no other from it", async () => {
  const asked: [string, unknown][] = [];
  let atOnce = 0;
  let most = 0;
  vi.stubGlobal("fetch", async (address: string, { body }: { body: string }) => {
    most = Math.max(most, ++atOnce);
    asked.push([address, JSON.parse(body)]);
    await Promise.resolve();
    atOnce--;
    const isTaken = address.includes("/a3/");
    return new Response(JSON.stringify(isTaken ? { type: "urn:linli:problem:conflict" } : {}), {
      status: isTaken ? 409 : 200,
    });
  });
  const alerts = some("a1", "a2", "a3", "a4", "a5", "a6", "a7");
  const told: number[] = [];
  const failed = await takeSteps(alerts, { step: "assign", assignee: "王", comment: "请看" }, (done) =>
    told.push(done),
  );
  expect(failed.map(({ alert }) => alert.id)).toEqual(["a3"]);
  expect(told).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(4);
  expect(asked).toHaveLength(7);
  expect(asked[0]).toEqual(["/api/v1/alerts/a1/assign", { assignee: "王", comment: "请看" }]);
});

test("alerts are marked one by one and in ranges, and what leaves the list is marked no more", () => {
  const rows = shallowRef<readonly Alert[]>(some("a", "b", "c", "d", "e"));
  const { chosen, isAll, has, toggle, setAll } = useSelection(rows);
  const ids = () => chosen.value.map(({ id }) => id).join("");
  toggle("b");
  toggle("d", true);
  expect(ids()).toBe("bcd");
  toggle("c");
  expect([ids(), has("c")]).toEqual(["bd", false]);
  toggle("a", true);
  expect(ids()).toBe("abcd");
  rows.value = some("d", "e", "f");
  expect([ids(), isAll.value]).toEqual(["d", false]);
  setAll(true);
  expect([ids(), isAll.value]).toEqual(["def", true]);
  setAll(false);
  expect([ids(), isAll.value]).toEqual(["", false]);
});
