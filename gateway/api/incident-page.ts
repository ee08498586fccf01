import type { z } from "zod";
import { escapeHtml as h, renderPage } from "./page.ts";
import type { incidentDetail } from "./schemas/incident.ts";

type Shown = z.output<typeof incidentDetail>;

/** The record of an incident as a page to print: what burnt where, who did what and when, how fast. */
export function incidentPage(incident: Shown): string {
  const { id, siteName, site, building, state, detectedAt, response, alarms, timeline, reason, drill } =
    incident;
  const place = [siteName ?? site, building].filter((part) => part !== null).join(" ");
  return renderPage({
    title: `${drill === null ? "" : "【演练】"}火警记录 · Incident ${detectedAt.slice(0, 16)}`,
    body: `<h1>${drill === null ? "" : "【演练】"}火警记录 <small lang="en">${drill === null ? "Incident record" : "Record of a drill"}</small></h1>
<p><b>${h(place)}</b> · ${time(detectedAt)} UTC · ${label(states, state)} · <code>${h(id)}</code></p>
${reason === null ? "" : `<p class="fault">误报原因 <span lang="en">Why it was a false alarm</span>: ${h(reason)}</p>`}
<h2>用时 <small lang="en">Response, seconds</small></h2>
<table><tr>${Object.keys(response)
      .map((name) => `<th>${label(responses, name)}</th>`)
      .join("")}</tr>
<tr>${Object.values(response)
      .map((seconds) => `<td>${seconds ?? "–"}</td>`)
      .join("")}</tr></table>
<h2>报警 <small lang="en">Alarms</small></h2>
<table>${alarms.map((alarm) => `<tr><td>${time(alarm.at)}</td><td>${h(alarm.title.zh)} <span class="en">${h(alarm.title.en)}</span></td><td>${h(alarm.deviceName ?? alarm.device)} ${h(alarm.floor ?? "")}</td></tr>`).join("\n")}</table>
<h2>经过 <small lang="en">Timeline</small></h2>
<table>${timeline.map(row).join("\n")}</table>`,
  });
}

function row({ at, step, mark, by, note, device }: Shown["timeline"][number]): string {
  const what = mark === null ? label(steps, step) : `${label(steps, step)}: ${label(marks, mark)}`;
  return `<tr><td>${time(at)}</td><td>${what}</td><td>${h(by ?? device ?? "")}</td><td>${h(note ?? "")}</td></tr>`;
}

function time(iso: string): string {
  return h(iso.slice(0, 19).replace("T", " "));
}

function label(labels: Readonly<Record<string, readonly [string, string]>>, name: string): string {
  const [zh, en] = labels[name] ?? [name, name];
  return `${h(zh)} <span class="en" lang="en">${h(en)}</span>`;
}

const states = {
  detected: ["待接警", "nobody has acknowledged"],
  acknowledged: ["已接警", "acknowledged"],
  dispatched: ["已出动", "crew has set out"],
  arrived: ["已到场", "crew on scene"],
  controlled: ["已控制", "under control"],
  closed: ["已结案", "closed"],
  "false-alarm": ["误报", "false alarm"],
} as const;

const steps = {
  ...states,
  detected: ["报警", "alarm"],
  joined: ["又一报警", "further alarm"],
  escalated: ["超时上报", "escalated"],
  noted: ["备注", "note"],
} as const;

const marks = {
  acknowledge: ["无人接警", "not acknowledged"],
  arrive: ["无人到场", "nobody on scene"],
  control: ["未控制", "not under control"],
} as const;

const responses = {
  acknowledged: ["接警", "acknowledged"],
  dispatched: ["出动", "set out"],
  arrived: ["到场", "on scene"],
  controlled: ["控制", "under control"],
  ended: ["结束", "ended"],
} as const;
