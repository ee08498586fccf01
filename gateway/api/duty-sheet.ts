import type { z } from "zod";
import { writeCell } from "../csv-cell.ts";
import { dateOf, timeOf } from "../zone.ts";
import { escapeHtml as h, renderPage } from "./page.ts";
import type { dutySheet } from "./schemas/duty.ts";

type Sheet = z.output<typeof dutySheet>;
type Check = Sheet["items"][number];

/** The sheet as CSV with a byte order mark, so that Excel reads it as UTF-8. Times are local. */
export function sheetCsv({ items }: Sheet, zone: string): string {
  const header = ["date", "time", "crew", "on_duty", "result", "answered_by", "seconds", "asked_by"];
  const rows = items.map((check) => [
    ...[dateOf(Date.parse(check.askedAt), zone), timeOf(Date.parse(check.askedAt), zone), check.crewName],
    ...[namesOf(check, " "), check.state, answererOf(check)],
    ...[check.answerS === null ? "" : String(check.answerS), check.askedBy ?? ""],
  ]);
  return `\ufeff${[header, ...rows].map((row) => `${row.map(writeCell).join(",")}\r\n`).join("")}`;
}

/** The sheet as a page to print: every check of the month, and totals by crew. Times are local. */
export function sheetPage({ siteName, month, items, totals, complete }: Sheet, zone: string): string {
  return renderPage({
    title: `查岗记录 · Duty checks ${month}`,
    body: `<h1>查岗记录 <small lang="en">Duty checks</small></h1>
<p><b>${h(siteName)}</b> · ${h(month)} · UTC${h(zone)}</p>
${complete ? "" : `<p class="fault">记录过多，未全部列出 <span lang="en">There are more than this page holds</span></p>`}
<h2>汇总 <small lang="en">Totals</small></h2>
<table>${headOf(totalTitles)}
${totals.map((total) => rowOf([total.crewName, total.asked, total.answered, total.missed, total.medianS ?? "–", total.longestS ?? "–"])).join("\n")}</table>
<h2>明细 <small lang="en">Every check</small></h2>
<table>${headOf(checkTitles)}
${items.map((check) => lineOf(check, zone)).join("\n")}</table>`,
  });
}

const totalTitles = [
  ["班组", "crew"],
  ["查岗次数", "asked"],
  ["应答", "answered"],
  ["未应答", "missed"],
  ["应答中位数（秒）", "median, s"],
  ["最长（秒）", "longest, s"],
] as const;

const checkTitles = [
  ["时间", "time"],
  ["班组", "crew"],
  ["值班人员", "on duty"],
  ["结果", "result"],
  ["应答人", "answered by"],
  ["用时（秒）", "seconds"],
] as const;

const states = {
  open: ["待应答", "waiting"],
  answered: ["已应答", "answered"],
  missed: ["未应答", "missed"],
} as const;

function lineOf(check: Check, zone: string): string {
  const at = Date.parse(check.askedAt);
  const when = `${dateOf(at, zone)} ${timeOf(at, zone)}`;
  const [zh, en] = states[check.state];
  const cells = [
    when,
    check.crewName,
    namesOf(check, "、"),
    `${zh} ${en}`,
    answererOf(check),
    check.answerS ?? "",
  ];
  return rowOf(cells);
}

function namesOf({ onDuty }: Check, between: string): string {
  return onDuty.map(({ id, name }) => name ?? id).join(between);
}

/** A person, or the device at which somebody pressed. */
function answererOf({ answeredBy, device }: Check): string {
  return answeredBy ?? device ?? "";
}

function headOf(titles: readonly (readonly [string, string])[]): string {
  return `<tr>${titles.map(([zh, en]) => `<th>${h(zh)} <span class="en" lang="en">${h(en)}</span></th>`).join("")}</tr>`;
}

function rowOf(cells: readonly (string | number)[]): string {
  return `<tr>${cells.map((cell) => `<td>${h(String(cell))}</td>`).join("")}</tr>`;
}
