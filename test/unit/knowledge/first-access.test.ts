import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createClosers } from "../../../gateway/closers.ts";
import { configSchema } from "../../../gateway/config.ts";
import { openKnowledge } from "../../../gateway/knowledge.ts";
import { createLog } from "../../../gateway/log.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import type { SharedParts } from "../../../gateway/shared-parts.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const dataDir = mkdtempSync(join(tmpdir(), "linli-knowledge-"));
const log = createLog({ level: "silent" });
const closers = createClosers(log);
afterEach(async () => {
  await closers.closeAll();
  rmSync(dataDir, { recursive: true, force: true });
});

test("an administrator is let in by one link until somebody has a password, and a full disk ends no start", async () => {
  const config = configSchema.parse({ dataDir, adminToken: "a-token-for-the-test" });
  const parts = { config, log, clock: createFakeClock(), metrics: createMetrics(), closers };
  const { database, identity, giveFirstAccess } = await openKnowledge(parts as never as SharedParts);
  database.db.exec("PRAGMA query_only = ON");
  expect(giveFirstAccess()).toEqual({ token: undefined, link: undefined });
  database.db.exec("PRAGMA query_only = OFF");
  const [first, second] = [giveFirstAccess().link ?? "", giveFirstAccess().link ?? ""];
  expect(identity.links.find(first)).toBeUndefined();
  const link = identity.links.find(second);
  expect(identity.people.find(link?.person ?? "")).toMatchObject({
    login: "admin",
    grants: [{ role: "admin" }],
  });
  identity.people.setPassword(link?.person ?? "", "scrypt$x");
  expect(giveFirstAccess().link).toBeUndefined();
});
