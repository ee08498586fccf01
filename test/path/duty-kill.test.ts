import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/gateway.ts";
import { serve } from "../support/served.ts";

interface Check {
  readonly id: string;
  readonly state: string;
  readonly due: string;
  readonly endedAt: string | null;
}

test("killed in the middle of a duty check, the gateway calls it missed at its first deadline", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "linli-duty-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  // The deadline must not follow the setting of the second start.
  let gateway = await serve(dataDir, { LINLI_DUTY_ANSWER_MS: "10000" });
  await gateway.call("POST", "/sites", { id: "xinfa", name: "新发小区" });
  await gateway.call("POST", "/sites/xinfa/crews", { id: "east", name: "东区" });
  const asked = await gateway.call<Check>("POST", "/sites/xinfa/crews/east/duty-checks");
  await gateway.end("SIGKILL");

  gateway = await serve(dataDir, { LINLI_DUTY_ANSWER_MS: "600000" });
  onTestFinished(() => void gateway.child.kill("SIGKILL"));
  const { items } = await eventually(
    () => gateway.call<{ items: Check[] }>("GET", "/sites/xinfa/duty-checks"),
    ({ items: [check] }) => check?.state !== "open",
  );
  expect(items).toMatchObject([{ id: asked.id, state: "missed", due: asked.due }]);
  expect(Date.parse(items[0]!.endedAt!)).toBeGreaterThanOrEqual(Date.parse(asked.due));
}, 60_000);
