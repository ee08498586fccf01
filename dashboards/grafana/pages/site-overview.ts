import type { Catalogue, Kind } from "../../../devices/kit/kind.ts";
import { createDashboard, uidOf } from "../dashboard.ts";
import type { Section } from "../layout.ts";
import type { Dashboard, Panel } from "../model.ts";
import { fieldPanel } from "../panels/field.ts";
import { latestPanel } from "../panels/latest.ts";
import { bilingual } from "../titles.ts";
import { siteVariable } from "../variables.ts";
import { alertNumbers, deviceNumbers } from "./numbers.ts";

/** One section a kind, each with what tells its state at a glance. */
export function siteOverview(catalogue: Catalogue): Dashboard {
  return createDashboard({
    name: "site-overview",
    title: "小区总览 Site overview",
    description:
      "每类设备一节：最近值与最能说明状态的一项。One section a kind: last values, and what tells most.",
    variables: [siteVariable()],
    from: "now-24h",
    sections: [
      { title: "全部小区 All sites", panels: [...alertNumbers(), ...deviceNumbers()] },
      ...[...catalogue.values()].map(sectionOf),
    ],
  });
}

function sectionOf(kind: Kind): Section {
  const links = [
    {
      title: `${bilingual(kind.title)} →`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
      url: `/d/${uidOf(kind.name)}?${"${site:queryparam}&${__url_time_range}"}`,
    },
  ];
  const panels = [latestPanel(kind, "site", kind.summary), leadPanel(kind)]
    .filter((panel): panel is Panel => panel !== undefined)
    .map((panel) => ({ panel: { ...panel, links }, w: 12, h: 8 }));
  return { title: bilingual(kind.title), panels };
}

/** The chart of the most telling field that has one. */
function leadPanel(kind: Kind): Panel | undefined {
  return kind.summary
    .map((field) => fieldPanel({ kind, field, of: "site", fold: "mean" }))
    .find((panel) => panel !== undefined);
}
