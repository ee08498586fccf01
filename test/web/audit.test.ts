import { afterEach, expect, test } from "vitest";
import { setLanguage } from "../../dashboards/web/i18n/language.ts";
import { queryOf, readFilter } from "../../dashboards/web/property/audit/filter.ts";
import {
  operations,
  pageOf,
  sayOperation,
  sayVia,
  sayWho,
} from "../../dashboards/web/property/audit/row-text.ts";
import { auditFacts } from "../../gateway/api/audit-facts.ts";
import type { OperationId } from "../../gateway/api/roles.ts";
import { anApi } from "../unit/api/api-support.ts";

afterEach(() => setLanguage("zh"));

test("every operation that the trail keeps has words in both languages", async () => {
  const { call } = await anApi();
  const { body } = await call("admin", "GET /openapi.json");
  const paths = Object.values(body.paths as Record<string, Record<string, { operationId: OperationId }>>);
  const kept = paths.flatMap((methods) =>
    Object.entries(methods).flatMap(([method, { operationId }]) => {
      const mode = auditFacts[operationId]?.mode ?? (method === "get" ? "none" : "write");
      // What writes its own rows calls them by words of its own.
      return mode === "none" || mode === "self" ? [] : [operationId as string];
    }),
  );
  expect(kept.length).toBeGreaterThan(70);
  const known: readonly string[] = operations;
  expect(kept.filter((operation) => !known.includes(operation))).toEqual([]);
});

test("a row is said in the reader's language; what is not known keeps its id", () => {
  expect([
    sayOperation("acknowledgeAlert"),
    sayOperation("mqtt-refused"),
    sayOperation("listPeople"),
  ]).toEqual(["确认告警", "MQTT 连接被拒绝", "listPeople"]);
  setLanguage("en");
  expect(sayOperation("acknowledgeAlert")).toBe("Acknowledged an alert");
  expect([sayWho({ by: "person:1", name: "王" }), sayWho({ by: "system", name: null })]).toEqual([
    "王",
    "The gateway",
  ]);
  expect([sayWho({ by: "token:gone", name: null }), sayVia("session"), sayVia("x")]).toEqual([
    "token:gone",
    "session",
    "x",
  ]);
});

test.each([
  ["device:xinfa/bin-7", "/devices/xinfa/waste-bin/bin-7"],
  ["device:xinfa/gone", undefined],
  ["alert:01ab", "/alerts/01ab"],
  ["contact:xinfa/zhang", "/duty?tab=contacts"],
  ["person:7", "/people"],
  ["shift:xinfa/1", undefined],
])("what was touched leads to its page: %s", (target, page) => {
  expect(pageOf(target, (site, id) => (id === "bin-7" ? `${site}/waste-bin/${id}` : undefined))).toBe(page);
});

test("an address narrows the trail by days, person and operation", () => {
  const filter = readFilter({ from: "2026-01-15", to: "2026-01-15", by: "person:7", outcome: "maybe" });
  expect(queryOf(filter, "xinfa")).toEqual({
    ...{ site: "xinfa", outcome: "", action: "", by: "person:7" },
    from: new Date(2026, 0, 15).toISOString(),
    to: new Date(2026, 0, 16).toISOString(),
  });
});
