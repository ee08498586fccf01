import type { z } from "zod";
import { escapeHtml as h, renderPage } from "./page.ts";
import type { drillReport } from "./schemas/drill.ts";

type Shown = z.output<typeof drillReport>;

/** The record of a drill as a page to print: how far the alarm and the crew came, and after how long. */
export function drillPage(drill: Shown): string {
  const { id, siteName, site, building, startedAt, by, note, end, endedBy, fault, incident } = drill;
  const place = [siteName ?? site, building].filter((part) => part !== null).join(" ");
  return renderPage({
    title: `演练记录 · Drill ${startedAt.slice(0, 16)}`,
    body: `<h1>演练记录 <small lang="en">Record of a drill</small></h1>
<p><b>${h(place)}</b> · ${time(startedAt)} UTC · ${h(by)} · <code>${h(id)}</code></p>
${note === null ? "" : `<p>${h(note)}</p>`}
<p>${end === null ? label(["进行中", "under way"]) : label(ends[end])} ${h(endedBy ?? "")}${incident === null ? "" : ` · <a href="/incidents/${h(incident)}">火警记录 <span class="en" lang="en">incident</span></a>`}</p>
${fault === null ? "" : `<p class="fault">${h(fault)}</p>`}
<h2>用时 <small lang="en">Seconds from the start</small></h2>
<table>${drill.stages.map(stageRow).join("\n")}</table>
<h2>通知 <small lang="en">Notifications</small></h2>
<table>${drill.deliveries.map(deliveryRow).join("\n")}</table>`,
  });
}

function stageRow({ stage, seconds, by }: Shown["stages"][number]): string {
  return `<tr><td>${label(stages[stage])}</td><td>${seconds ?? "–"}</td><td>${h(by ?? "")}</td></tr>`;
}

function deliveryRow({ target, contact, state, seconds }: Shown["deliveries"][number]): string {
  return `<tr><td>${h(target)}</td><td>${h(contact ?? "")}</td><td>${label(deliveries[state])}</td><td>${seconds}</td></tr>`;
}

function time(iso: string): string {
  return h(iso.slice(0, 19).replace("T", " "));
}

function label([zh, en]: readonly [string, string]): string {
  return `${zh} <span class="en" lang="en">${en}</span>`;
}

const ends = {
  crew: ["队伍结束", "closed by the crew"],
  asked: ["人工结束", "ended by"],
  time: ["超时结束", "ran out of time"],
  failed: ["未能发出", "the alarm did not get through"],
} as const satisfies Record<NonNullable<Shown["end"]>, readonly [string, string]>;

const stages = {
  published: ["已发出", "published"],
  judged: ["已判定", "judged"],
  durable: ["已落盘", "on disk"],
  screens: ["屏幕显示", "on screens"],
  notified: ["通知送达", "notified"],
  acknowledged: ["接警", "acknowledged"],
  dispatched: ["出动", "set out"],
  arrived: ["到场", "on scene"],
  controlled: ["控制", "under control"],
  closed: ["结案", "closed"],
} as const satisfies Record<Shown["stages"][number]["stage"], readonly [string, string]>;

const deliveries = {
  sent: ["已送达", "sent"],
  failed: ["失败", "failed"],
  waiting: ["等待中", "waiting"],
} as const satisfies Record<Shown["deliveries"][number]["state"], readonly [string, string]>;
