import { localTime, zoneName } from "../../zone.ts";
import { stateWords } from "../incident-words.ts";
import type { Language } from "../language.ts";
import { escapeHtml as h, renderPage } from "../page.ts";
import type { Answer } from "./answering.ts";
import type { Subject, SubjectAlarm } from "./subject.ts";
import { type AnswerWords, answerWords, stepButtons } from "./words.ts";

/** How a page is shown. */
export interface AnswerView {
  readonly language: Language;
  /** Offset of its times: `+08:00`. */
  readonly zone: string;
  /** Epoch ms. */
  readonly now: number;
}

/** The page of an alarm for somebody with a phone in his hand: what, where, who has it, and the one thing to do. No script. */
export function answerPage(answer: Answer, view: AnswerView): string {
  const words = answerWords[view.language];
  const lang = view.language === "zh" ? "zh-CN" : "en";
  if (!("subject" in answer)) {
    const [title, text] = words.dead[answer.result];
    const body = `<h1>${title}</h1>\n<p>${text}</p>\n${logInLine(words)}`;
    return renderPage({ title, lang, look: "alarm", body });
  }
  const { subject, name } = answer;
  const parts = [
    subject.isDrill ? `<p class="drill">${words.drill}</p>` : "",
    noteOf(answer, view),
    alarmLines(subject, view),
    takenLines(answer, view),
    buttons(answer, view),
    subject.isCleared ? `<p>${words.cleared}</p>` : "",
    subject.advice === undefined || !isPressing(subject) ? "" : `<p>${h(subject.advice[view.language])}</p>`,
    subject.isFire && isPressing(subject) ? `<p>${words.call119} <a href="tel:119"><b>119</b></a></p>` : "",
    otherLines(subject, view),
    `<p><small>${words.you}: ${h(name)} · ${words.asOf} ${shortTime(view.now, view.zone)} ${zoneName(view.zone)}</small></p>`,
    answer.next === undefined ? logInLine(words) : "",
  ];
  const body = parts.filter((part) => part !== "").join("\n");
  return renderPage({ title: words.title, lang, look: "alarm", body });
}

/** Whether advice may be followed: it says to call 119 and to lead people out. */
function isPressing({ isDrill, state }: Subject): boolean {
  return !isDrill && !["controlled", "closed", "false-alarm"].includes(state);
}

type Shown = Extract<Answer, { subject: Subject }>;

function noteOf({ result, subject, next }: Shown, { language, zone }: AnswerView): string {
  const { notes, taken } = answerWords[language];
  const last = subject.taken.at(-1);
  const who =
    last === undefined
      ? []
      : [`${taken(last.by, stateWords[last.step][language], shortTime(last.at, zone))}.`];
  const isInHand = last === undefined ? [] : [notes.inHand];
  const texts = {
    open: isInHand,
    used: [notes.used, ...isInHand],
    taken: [...who, ...isInHand, notes.notRecorded],
    done: [`✓ ${notes.done}`, ...(next === undefined ? [notes.noNext] : [])],
  }[result];
  if (texts.length === 0) return "";
  const look = result === "used" || result === "taken" ? "fault" : "done";
  return `<p class="${look}" role="status">${h(texts.join(" "))}</p>`;
}

function alarmLines(subject: Subject, { language, zone, now }: AnswerView): string {
  const words = answerWords[language];
  const { first, siteName, building } = subject;
  const place = [siteName, building, first.floor].filter((part) => part !== undefined).join(" · ");
  return `<h1>${h(first.title[language])}</h1>
<p class="place">${h(place)}</p>
<p>${h(first.deviceName)}</p>
<p>${words.time} <b><time>${localTime(first.at, zone)}</time></b> <time>(${words.ago(now - first.at)})</time></p>`;
}

function takenLines({ subject, name }: Shown, { language, zone }: AnswerView): string {
  const words = answerWords[language];
  const state = `<p>${words.state}: <b>${stateWords[subject.state][language]}</b></p>`;
  if (subject.taken.length === 0) return state;
  const rows = subject.taken.map(({ step, by, at }) => {
    const who = by === name ? `${by} (${words.yourself})` : by;
    return `<li>${h(words.taken(who, stateWords[step][language], shortTime(at, zone)))}</li>`;
  });
  return `${state}\n<ul>${rows.join("")}</ul>`;
}

/** The first is what is most likely wanted; the others come after it and look so. */
function buttons({ result, subject, next }: Shown, { language }: AnswerView): string {
  if (next === undefined) return "";
  const other = language === "zh" ? "en" : "zh";
  const rows = subject.offered.map((step, index) => {
    const text = `${stepButtons[step][language]} <small lang="${other === "zh" ? "zh-CN" : "en"}">${stepButtons[step][other]}</small>`;
    const button = `<button name="step" value="${step}">${text}</button>`;
    return index === 0 ? button : `<div class="later">${button}</div>`;
  });
  // A page that answers a form has its next link, beside the one that it came from.
  const action = result === "done" ? ` action="${h(next)}"` : "";
  const before = subject.state === "detected" ? "" : `<p>${answerWords[language].notes.next}</p>\n`;
  return `${before}<form method="post"${action}>${rows.join("\n")}</form>`;
}

function otherLines({ others }: Subject, view: AnswerView): string {
  if (others.length === 0) return "";
  const shown = others.slice(-mostOthers).reverse();
  const more = others.length > shown.length ? `<li>+${others.length - shown.length}</li>` : "";
  const rows = shown.map((alarm) => `<li>${otherLine(alarm, view)}</li>`);
  return `<h2>${answerWords[view.language].others}</h2>\n<ul>${rows.join("")}${more}</ul>`;
}

/** Other alarms that a page lists, newest first; of the rest it says how many. */
const mostOthers = 20;

function otherLine({ title, deviceName, floor = "", at }: SubjectAlarm, view: AnswerView): string {
  return `${shortTime(at, view.zone)} ${h(title[view.language])} · ${h(deviceName)} ${h(floor)}`;
}

function logInLine(words: AnswerWords): string {
  return `<p><a href="/login">${words.logIn}</a></p>`;
}

function shortTime(at: number, zone: string): string {
  return localTime(at, zone).slice(11);
}
