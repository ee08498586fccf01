import { expect, test } from "vitest";
import { dutyCheckNotification } from "../../../gateway/duty-notification.ts";

const step = { id: "s-1", check: "c-1", site: "xinfa", crew: "east", at: 1_000 } as const;
const check = { crewName: "东区", due: 601_000 };

test("people are told of a duty check: what it is, by when, and that it was missed is major", () => {
  const asked = dutyCheckNotification(
    { ...step, step: "asked", by: "office", onDuty: ["wang"] },
    check,
    "新发小区",
  );
  expect(asked).toMatchObject({
    ...{
      id: "s-1",
      kind: "duty-check",
      urgency: "critical",
      severity: "info",
      siteName: "新发小区",
      note: "东区",
    },
    ...{ step: "asked", by: "office", advice: { zh: expect.stringContaining("10 分钟") } },
  });
  expect(JSON.stringify(asked)).not.toContain("wang");
  const missed = dutyCheckNotification({ ...step, step: "missed" }, check, "新发小区");
  expect(missed).toMatchObject({ severity: "major", title: { en: "Nobody answered the duty check" } });
  expect(missed.advice).toBeUndefined();
});
