import type { Text } from "../../../devices/kit/kind.ts";
import type { Language } from "../language.ts";
import type { AnswerStep } from "./steps.ts";

/** What each button says. */
export const stepButtons: Readonly<Record<AnswerStep, Text>> = {
  acknowledged: { zh: "接警", en: "Acknowledge" },
  dispatched: { zh: "已出动", en: "We have set out" },
  arrived: { zh: "已到场", en: "We are on scene" },
  controlled: { zh: "已控制", en: "It is under control" },
};

/** The sentences of the pages that answer an alarm. Texts that are filled in are plain, not HTML. */
export interface AnswerWords {
  readonly title: string;
  readonly drill: string;
  readonly call119: string;
  readonly state: string;
  readonly cleared: string;
  readonly others: string;
  readonly time: string;
  readonly asOf: string;
  readonly you: string;
  readonly logIn: string;
  /** How long ago, from ms. */
  ago(ms: number): string;
  /** Somebody took a step at a time. */
  taken(by: string, state: string, time: string): string;
  readonly yourself: string;
  readonly notes: Readonly<Record<"used" | "notRecorded" | "done" | "inHand" | "next" | "noNext", string>>;
  readonly dead: Readonly<Record<"over" | "gone" | "unknown", readonly [title: string, text: string]>>;
}

/** In both languages. */
export const answerWords: Readonly<Record<Language, AnswerWords>> = {
  zh: {
    title: "报警",
    drill: "【演练】没有真实火情，不要拨打 119。",
    call119: "火势不能马上控制，或有人被困：立即拨打",
    state: "状态",
    cleared: "报警条件已消失，仍需现场确认。",
    others: "同一火警的其他报警",
    time: "报警时间",
    asOf: "本页更新于",
    you: "以此身份操作",
    logIn: "登录后可以查看和操作",
    ago: zhAgo,
    taken: (by, state, time) => `${by} ${time} ${state}`,
    yourself: "您",
    notes: {
      used: "此链接已经用过，只能用一次。",
      notRecorded: "您这次按下没有记录。",
      done: "已记录。",
      inHand: "已有人处理。",
      next: "下一步，到时按下：",
      noNext: "请登录后填写结果并结案。",
    },
    dead: {
      over: ["链接已过期", "请登录处理，或等待下一条通知。"],
      gone: ["链接已失效", "您已不在值班名单中。请联系管理员。"],
      unknown: ["链接无效", "链接不存在或不完整。请从通知中重新打开。"],
    },
  },
  en: {
    title: "Alarm",
    drill: "DRILL: nothing burns. Do not call 119.",
    call119: "If it cannot be put out at once, or somebody is trapped, call",
    state: "State",
    cleared: "The condition of the alarm is over; somebody must still look.",
    others: "Other alarms of this incident",
    time: "Raised",
    asOf: "This page is as of",
    you: "You act as",
    logIn: "Log in to see and do more",
    ago: enAgo,
    taken: (by, state, time) => `${by}, ${time}: ${state}`,
    yourself: "you",
    notes: {
      used: "This link has been used; it works once.",
      notRecorded: "What you pressed was not recorded.",
      done: "Recorded.",
      inHand: "It is in hand.",
      next: "Next, when it is so:",
      noNext: "Log in to write down the result and close it.",
    },
    dead: {
      over: ["This link has expired", "Log in to answer, or wait for the next notification."],
      gone: [
        "This link does not work any more",
        "You are not on the list of those who are called. Ask an administrator.",
      ],
      unknown: [
        "There is no such link",
        "It does not exist or is not complete. Open it from the notification again.",
      ],
    },
  },
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function zhAgo(ms: number): string {
  if (ms < minuteMs) return `${Math.max(Math.floor(ms / 1000), 0)} 秒前`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} 分钟前`;
  return `${Math.floor(ms / hourMs)} 小时 ${Math.floor((ms % hourMs) / minuteMs)} 分钟前`;
}

function enAgo(ms: number): string {
  if (ms < minuteMs) return `${Math.max(Math.floor(ms / 1000), 0)} s ago`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min ago`;
  return `${Math.floor(ms / hourMs)} h ${Math.floor((ms % hourMs) / minuteMs)} min ago`;
}
