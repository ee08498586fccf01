import { readdirSync, readFileSync } from "node:fs";
import { dashboardFolder } from "../../dashboards/grafana/generate.ts";
import type { Dashboard, PlacedPanel, Target } from "../../dashboards/grafana/model.ts";

/** One generated file. */
export interface DashboardFile {
  readonly name: string;
  readonly text: string;
  readonly dashboard: Dashboard;
}

/** One query of one panel. */
export interface PanelQuery {
  /** For messages: `waste-bin.json: 满溢度 Fill A`. */
  readonly place: string;
  readonly panel: PlacedPanel;
  readonly target: Target;
}

/** Every file in the folder that Grafana reads. */
export function readDashboards(): DashboardFile[] {
  return readdirSync(dashboardFolder).map((name) => {
    const text = readFileSync(new URL(name, dashboardFolder), "utf8");
    return { name, text, dashboard: JSON.parse(text) as Dashboard };
  });
}

/** Every query of a dashboard's panels. */
export function queriesOf({ name, dashboard }: DashboardFile): PanelQuery[] {
  return dashboard.panels.flatMap((panel) =>
    (panel.targets ?? []).map((target) => ({
      place: `${name}: ${panel.title} ${target.refId}`,
      panel,
      target,
    })),
  );
}

/** Fills in variables and macros as Grafana does; what is left over with a `$` is a variable that nobody declared. */
export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{?(\w+)(?::\w+)?\}?/g, (found, name: string) => values[name] ?? found);
}
