import { arrange, type Section } from "./layout.ts";
import type { Dashboard, Variable } from "./model.ts";

/** Makes a dashboard. `name` is unique among them: the file and the address are named after it. */
export function createDashboard(parts: {
  name: string;
  title: string;
  description: string;
  variables: readonly Variable[];
  sections: readonly Section[];
  /** How far back it looks at first: `now-6h`. */
  from: string;
}): Dashboard {
  return {
    uid: uidOf(parts.name),
    title: parts.title,
    description: parts.description,
    tags: [tag],
    schemaVersion: 41,
    editable: false,
    graphTooltip: 1,
    refresh: "30s",
    time: { from: parts.from, to: "now" },
    timezone: "browser",
    links: [
      {
        type: "dashboards",
        title: "邻里 Linli",
        icon: "external link",
        tags: [tag],
        asDropdown: true,
        includeVars: true,
        keepTime: true,
        targetBlank: false,
        tooltip: "",
        url: "",
      },
    ],
    templating: { list: parts.variables },
    panels: arrange(parts.sections),
  };
}

/** Grafana's id of a dashboard: at most 40 characters. */
export function uidOf(name: string): string {
  return `linli-${name}`.slice(0, 40);
}

const tag = "linli";
