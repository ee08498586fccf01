import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { z } from "zod";
import type { Catalogue, Kind, Limit } from "../../../devices/kit/kind.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import { openAccess } from "../../../gateway/state/access.ts";
import { openDatabase } from "../../../gateway/state/database.ts";
import { openIdentity } from "../../../gateway/state/identity.ts";
import { openRegistry } from "../../../gateway/state/registry.ts";
import { type StateSettings, stateSettings } from "../../../gateway/state/settings.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

/** An empty folder that is gone after the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "linli-state-"));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Settings for tests: a start does not wait for another process. */
export function someSettings(settings: Partial<StateSettings> = {}): StateSettings {
  return stateSettings.parse({ busyTimeoutMs: 0, ...settings });
}

/** A log that keeps what was warned and failed. */
export function aLog() {
  const lines: { level: "info" | "warn" | "error"; facts: Record<string, unknown>; text: string }[] = [];
  const at = (level: "info" | "warn" | "error") => (facts: unknown, text?: string) =>
    void lines.push({ level, facts: facts as Record<string, unknown>, text: text ?? "" });
  return { lines, info: at("info"), warn: at("warn"), error: at("error") };
}

/** Opens a database that is closed after the test. */
export function aDatabase(directory = aFolder(), parts: { migrations?: URL } = {}) {
  const database = openDatabase({ directory, log: aLog(), settings: someSettings(), ...parts });
  cleanups.push(() => database.close());
  return database;
}

/** Registry and access over one database. `restart` closes them and opens them again, with other parts when given. */
export function aState(parts: StateParts = {}) {
  const directory = parts.directory ?? aFolder();
  const settings = someSettings(parts.settings);
  const clock = parts.clock ?? createFakeClock();
  const log = aLog();
  const database = aDatabase(directory);
  const access = orClose(database, () =>
    openAccess({ database, directory, randomBytes, clock, log, settings, adminToken: parts.adminToken }),
  );
  const { secrets } = access;
  const passwordCost = { N: 16, r: 1, p: 1 };
  const identity = openIdentity({ database, secrets, settings, clock, log, randomBytes, passwordCost });
  const registry = openRegistry({
    database,
    catalogue: parts.catalogue ?? aCatalogue(),
    clock,
    log,
    settings,
    metrics: createMetrics(),
    credentials: access.deviceCredentials,
  });
  return {
    directory,
    database,
    access,
    identity,
    registry,
    clock,
    log,
    restart(changed: StateParts = {}) {
      database.close();
      return aState({ ...parts, directory, ...changed });
    },
  };
}

/** A start that fails leaves the database to the next one. */
function orClose<T>(database: { close(): void }, run: () => T): T {
  try {
    return run();
  } catch (error) {
    database.close();
    throw error;
  }
}

interface StateParts {
  directory?: string;
  settings?: Partial<StateSettings>;
  catalogue?: Catalogue;
  clock?: ReturnType<typeof createFakeClock>;
  adminToken?: string | undefined;
}

/** A catalogue of two kinds: `lamp` with facts and limits, `box` with nothing. */
export function aCatalogue(): Catalogue {
  return new Map([
    ["lamp", aKind("lamp", { hot: { above: 60, below: 50 }, dark: { forS: 30 } })],
    ["box", aKind("box", {})],
  ]);
}

function aKind(name: string, rules: Record<string, Record<string, number>>): Kind {
  const title = { zh: name, en: name };
  const unitOf = (limit: string): string => (limit === "forS" ? "s" : "°C");
  const limitsOf = (limits: Record<string, number>): Record<string, Limit> =>
    Object.fromEntries(
      Object.entries(limits).map(([limit, value]) => [limit, { value, unit: unitOf(limit), title }]),
    );
  return {
    name,
    title,
    intervalMs: 60_000,
    quietAfterMs: 132_000,
    fields: {},
    facts: {
      heightMm: { schema: z.number().min(100).max(20_000), title: { zh: "高度", en: "Height" }, unit: "mm" },
      outdoor: { schema: z.boolean(), title: { zh: "室外", en: "Outdoor" } },
      model: { schema: z.string().max(20), title: { zh: "型号", en: "Model" } },
    },
    events: {},
    commands: {},
    rules: Object.entries(rules).map(([id, limits]) => ({
      id,
      severity: "minor",
      title,
      limits: limitsOf(limits),
      check: () => "keep",
      example: { raise: [], clear: [] },
    })),
    summary: [],
    examples: [],
    simulate: () => ({ step: () => [], command: () => ({ ok: true }), provoke: () => [] }),
  };
}
