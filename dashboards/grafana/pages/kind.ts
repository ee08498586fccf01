import type { Field, Kind } from "../../../devices/kit/kind.ts";
import { createDashboard } from "../dashboard.ts";
import type { Sized } from "../layout.ts";
import type { Dashboard, Panel } from "../model.ts";
import { eventCountPanel, eventLogPanel, suspectPanel } from "../panels/events.ts";
import { fieldPanel } from "../panels/field.ts";
import { heardPanel, latestPanel } from "../panels/latest.ts";
import { bilingual } from "../titles.ts";
import { deviceVariable, foldVariable, siteVariable } from "../variables.ts";

/** Everything that one kind reports. */
export function kindPage(kind: Kind): Dashboard {
  const of = "devices";
  const events = Object.keys(kind.events);
  return createDashboard({
    name: kind.name,
    title: bilingual(kind.title),
    description: `${kind.title.zh}的全部上报。Everything that the kind “${kind.title.en}” reports.`,
    variables: [siteVariable(kind.name), deviceVariable(kind.name), foldVariable()],
    from: "now-6h",
    sections: [
      {
        title: "现在 Now",
        panels: [
          { panel: latestPanel(kind, of, tableFields(kind)), w: 17, h: 8 },
          { panel: heardPanel(kind, of), w: 7, h: 8 },
        ],
      },
      { title: "数值 Numbers", panels: charts(kind, ({ type }) => type === "number") },
      { title: "状态 States", panels: charts(kind, ({ type }) => type !== "number") },
      {
        title: "事件 Events",
        panels:
          events.length === 0
            ? []
            : [
                { panel: eventCountPanel(kind, of), w: 10, h: 9 },
                { panel: eventLogPanel(kind, of, events), w: 14, h: 9 },
              ],
      },
      { title: "数据质量 Data quality", panels: [{ panel: suspectPanel(kind, of), w: 24, h: 6 }] },
    ],
  });
}

/** What tells the state of a device at a glance, and what no chart can show. */
function tableFields(kind: Kind): string[] {
  const moments = Object.keys(kind.fields).filter((name) => kind.fields[name]?.widget === "time");
  return [...new Set([...kind.summary, ...moments])];
}

function charts(kind: Kind, isWanted: (field: Field) => boolean): Sized[] {
  return Object.entries(kind.fields)
    .filter(([, field]) => isWanted(field))
    .map(([field]) => fieldPanel({ kind, field, of: "devices", fold: "$fold" }))
    .filter((panel): panel is Panel => panel !== undefined)
    .map((panel) => ({ panel, w: 12, h: 8 }));
}
