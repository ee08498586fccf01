import type { z } from "zod";
import type { Drill, DrillReport } from "../../trial/contract.ts";
import type { ApiParts } from "../parts.ts";
import type { drillReport, drill as shape } from "../schemas/drill.ts";
import { iso, isoOrNull } from "../schemas/shared.ts";

type Parts = Pick<ApiParts, "registry">;

/** A drill as people see it. */
export function presentDrill({ registry }: Parts, drill: Drill): z.output<typeof shape> {
  const { id, site, by, startedAt, endedAt } = drill;
  return {
    ...{ id, site, siteName: registry.site(site)?.name ?? null, by },
    ...{ building: drill.building ?? null, note: drill.note ?? null },
    ...{ startedAt: iso(startedAt), endedAt: isoOrNull(endedAt) },
    ...{ end: drill.end ?? null, endedBy: drill.endedBy ?? null, fault: drill.fault ?? null },
    ...{ incident: drill.incident ?? null, screens: drill.screens ?? null },
  };
}

/** A drill with how far it has come. */
export function presentDrillReport(parts: Parts, report: DrillReport): z.output<typeof drillReport> {
  const { drill, steps, deliveries, station } = report;
  const since = (at: number) => Math.max(at - drill.startedAt, 0) / 1000;
  return {
    ...presentDrill(parts, drill),
    device: station,
    stages: steps.map(({ stage, at, by }) => ({
      ...{ stage, at: isoOrNull(at), seconds: at === undefined ? null : since(at), by: by ?? null },
    })),
    deliveries: deliveries.map(({ target, contact, state, at }) => ({
      ...{ target, contact: contact ?? null, state, at: iso(at), seconds: since(at) },
    })),
    isComplete: steps.every(({ at }) => at !== undefined),
  };
}
