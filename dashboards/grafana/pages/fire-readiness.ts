import type { Catalogue, Kind } from "../../../devices/kit/kind.ts";
import { createDashboard } from "../dashboard.ts";
import type { Section, Sized } from "../layout.ts";
import type { Dashboard, Panel } from "../model.ts";
import { eventLogPanel } from "../panels/events.ts";
import { fieldPanel } from "../panels/field.ts";
import { heardPanel } from "../panels/latest.ts";
import { bilingual } from "../titles.ts";
import { siteVariable } from "../variables.ts";
import { alertNumbers, deviceNumbers } from "./numbers.ts";

/** Every kind that can raise a fire alarm: what raises it, what a crew needs, and whether the device still talks. */
export function fireReadiness(catalogue: Catalogue): Dashboard {
  return createDashboard({
    name: "fire-readiness",
    title: "消防准备 Fire readiness",
    description:
      "能触发火警的设备：火警依据的数值、重要报警依据的数值、最后消息。Kinds that raise fire alarms: what those and major alerts are read from, and the last message.",
    variables: [siteVariable()],
    from: "now-24h",
    sections: [
      { title: "全部小区 All sites", panels: [...alertNumbers(), ...deviceNumbers()] },
      ...[...catalogue.values()].filter(isFireKind).map(sectionOf),
    ],
  });
}

/** A kind with a rule that goes over the fire lane. */
function isFireKind({ rules }: Pick<Kind, "rules">): boolean {
  return rules.some(({ fire }) => fire === true);
}

function sectionOf(kind: Kind): Section {
  return {
    title: bilingual(kind.title),
    panels: [...charts(kind), ...events(kind), { panel: heardPanel(kind, "site"), w: 8, h: 8 }],
  };
}

function charts(kind: Kind): Sized[] {
  return watchedFields(kind)
    .map((field) => fieldPanel({ kind, field, of: "site", fold: "mean" }))
    .filter((panel): panel is Panel => panel !== undefined)
    .map((panel) => ({ panel, w: 8, h: 8 }));
}

/** What fire alarms are read from, then what major alerts are. */
function watchedFields({ rules }: Kind): string[] {
  const fire = rules.filter((rule) => rule.fire === true);
  const major = rules.filter(({ severity }) => severity === "major");
  return [...new Set([...fire, ...major].flatMap(({ reads = [] }) => reads))];
}

/** The events that carry what a fire alarm is read from. */
function events(kind: Kind): Sized[] {
  const read = new Set(kind.rules.filter(({ fire }) => fire === true).flatMap(({ reads = [] }) => reads));
  const names = Object.keys(kind.events).filter((name) =>
    kind.events[name]?.fields.some((field) => read.has(field)),
  );
  return names.length === 0 ? [] : [{ panel: eventLogPanel(kind, "site", names), w: 16, h: 8 }];
}
