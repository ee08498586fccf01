import type { z } from "zod";
import type { Text } from "../../devices/kit/kind.ts";
import { localTime, zoneName } from "../zone.ts";
import { markWords, stateWords, stepWords } from "./incident-words.ts";
import { escapeHtml as h, renderPage } from "./page.ts";
import type { incidentDetail } from "./schemas/incident.ts";
import type { notification } from "./schemas/notification.ts";

type Shown = z.output<typeof incidentDetail>;

type ShownTold = z.output<typeof notification>;

/**
 * The record of an incident as a page to print: what burnt where, who did what and when, how fast, and who was told, the first
 * first. Times are those of `zone`.
 */
export function incidentPage(incident: Shown, told: readonly ShownTold[], zone: string): string {
  const {
    id,
    siteName,
    site,
    building,
    state,
    detectedAt,
    response,
    alarms,
    timeline,
    reason,
    during,
    drill,
  } = incident;
  const place = [siteName ?? site, building].filter((part) => part !== null).join(" ");
  const mark = drill === null ? "" : "【演练】";
  const time = (iso: string) => h(localTime(Date.parse(iso), zone));

  function row({ at, step, mark: passed, by, note, device }: Shown["timeline"][number]): string {
    const what =
      passed === null ? label(stepWords, step) : `${label(stepWords, step)}: ${label(markWords, passed)}`;
    return `<tr><td>${time(at)}</td><td>${what}</td><td>${h(by ?? device ?? "")}</td><td>${h(note ?? "")}</td></tr>`;
  }

  function toldRow({ kind, step }: ShownTold, delivery: ShownTold["deliveries"][number]): string {
    const { target, contactName, state, changedAt, reason } = delivery;
    const what = kind === "call" ? `${label(toldWords, "call")} ${h(step)}` : label(stepWords, step);
    const whom = contactName === null ? h(target) : `${h(contactName)} (${h(target)})`;
    return `<tr><td>${time(changedAt)}</td><td>${what}</td><td>${whom}</td><td>${label(toldWords, state)} ${h(reason ?? "")}</td></tr>`;
  }

  return renderPage({
    title: `${mark}火警记录 · Incident ${time(detectedAt).slice(0, 16)}`,
    body: `<h1>${mark}火警记录 <small lang="en">${drill === null ? "Incident record" : "Record of a drill"}</small></h1>
<p><b>${h(place)}</b> · ${time(detectedAt)} · ${label(stateWords, state)} · <code>${h(id)}</code></p>
<p>时间为 ${h(zoneName(zone))} <span class="en" lang="en">Times are ${h(zoneName(zone))}</span></p>
${reason === null ? "" : `<p class="fault">误报原因 <span lang="en">Why it was a false alarm</span>: ${h(reason)}</p>`}
${during === null ? "" : `<p class="fault">${label(windows, during.type)}: ${h(during.reason)}</p>`}
<h2>用时 <small lang="en">Response, seconds</small></h2>
<table><tr>${Object.keys(response)
      .map((name) => `<th>${label(responseWords, name)}</th>`)
      .join("")}</tr>
<tr>${Object.values(response)
      .map((seconds) => `<td>${seconds ?? "–"}</td>`)
      .join("")}</tr></table>
<h2>报警 <small lang="en">Alarms</small></h2>
<table>${alarms.map((alarm) => `<tr><td>${time(alarm.at)}</td><td>${h(alarm.title.zh)} <span class="en">${h(alarm.title.en)}</span></td><td>${h(alarm.deviceName ?? alarm.device)} ${h(alarm.floor ?? "")}</td></tr>`).join("\n")}</table>
<h2>经过 <small lang="en">Timeline</small></h2>
<table>${timeline.map(row).join("\n")}</table>
<h2>通知 <small lang="en">Who was told</small></h2>
<table>${told.flatMap((one) => one.deliveries.map((delivery) => toldRow(one, delivery))).join("\n")}</table>`,
  });
}

function label(words: Readonly<Record<string, Text>>, name: string): string {
  const { zh, en } = words[name] ?? { zh: name, en: name };
  return `${h(zh)} <span class="en" lang="en">${h(en)}</span>`;
}

const toldWords = {
  call: { zh: "呼叫，第几级", en: "call, stage" },
  sent: { zh: "已送达", en: "sent" },
  waiting: { zh: "重试中", en: "tried again" },
  failed: { zh: "失败", en: "failed" },
  expired: { zh: "已无需通知", en: "needed no more" },
  held: { zh: "已静默", en: "held" },
};

const windows = {
  silence: { zh: "静默期间报警", en: "came during a silence" },
  maintenance: { zh: "维护期间报警", en: "came during maintenance" },
  drill: { zh: "演练期间报警", en: "came during a drill" },
};

const responseWords = {
  acknowledged: { zh: "接警", en: "acknowledged" },
  dispatched: { zh: "出动", en: "set out" },
  arrived: { zh: "到场", en: "on scene" },
  controlled: { zh: "控制", en: "under control" },
  ended: { zh: "结束", en: "ended" },
};
