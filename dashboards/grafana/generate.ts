import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { loadCatalogue } from "../../devices/kit/catalogue.ts";
import type { Catalogue } from "../../devices/kit/kind.ts";
import type { Dashboard } from "./model.ts";
import { fireReadiness } from "./pages/fire-readiness.ts";
import { gatewayHealth } from "./pages/gateway-health.ts";
import { kindPage } from "./pages/kind.ts";
import { siteOverview } from "./pages/site-overview.ts";

/** Where Grafana's provisioning finds the dashboards. */
export const dashboardFolder = new URL("dashboards/", import.meta.url);

/** Every dashboard by its file name, made from the catalogue alone: the same catalogue always gives the same text. */
export function renderDashboards(catalogue: Catalogue): Map<string, string> {
  const pages: Record<string, Dashboard> = {
    "site-overview": siteOverview(catalogue),
    "fire-readiness": fireReadiness(catalogue),
    "gateway-health": gatewayHealth(),
    ...Object.fromEntries([...catalogue.values()].map((kind) => [kind.name, kindPage(kind)])),
  };
  return new Map(
    Object.entries(pages).map(([name, page]) => [`${name}.json`, `${JSON.stringify(page, null, 2)}\n`]),
  );
}

function writeDashboards(files: ReadonlyMap<string, string>): void {
  for (const name of readdirSync(dashboardFolder)) rmSync(new URL(name, dashboardFolder));
  for (const [name, text] of files) writeFileSync(new URL(name, dashboardFolder), text);
}

if (import.meta.main) writeDashboards(renderDashboards(await loadCatalogue()));
