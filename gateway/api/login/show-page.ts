import type { FastifyReply } from "fastify";
import { GatewayError } from "../../errors.ts";
import { pagePolicy, pageReferrer } from "../page.ts";
import type { Words } from "./forms.ts";

/** Sends a page; its status is that of what went wrong, when something did. */
export function showPage(reply: FastifyReply, page: string, error?: unknown): FastifyReply {
  return sendPage(reply, page, error === undefined ? 200 : statusOf(error));
}

/** Sends a page with this status. */
export function sendPage(reply: FastifyReply, page: string, status: number): FastifyReply {
  return reply
    .code(status)
    .header("content-security-policy", pagePolicy)
    .header("referrer-policy", pageReferrer)
    .type("text/html; charset=utf-8")
    .send(page);
}

/** What a page says about what went wrong. Throws on whatever is no refusal. */
export function wordsOf(error: unknown): { fault: Words } {
  const known = error instanceof GatewayError ? faults[error.code] : undefined;
  if (known === undefined) throw error;
  return {
    fault: {
      zh: known.zh,
      en: (error as GatewayError).message.replace(/^body\.password: /, "The password "),
    },
  };
}

const faults: Readonly<Record<string, { status: number; zh: string }>> = {
  unauthorised: { status: 401, zh: "登录名或密码不对，或登录已失效。" },
  forbidden: { status: 403, zh: "没有登录权限，请联系管理员。" },
  "not-found": { status: 404, zh: "链接已使用、已过期或不存在。" },
  conflict: { status: 409, zh: "与现有人员冲突，请联系管理员。" },
  "limit-reached": { status: 429, zh: "尝试次数过多，请稍等一分钟再试。" },
  busy: { status: 503, zh: "系统正忙，请稍后再试。" },
  "invalid-request": { status: 400, zh: "密码太简单，请换一个。" },
};

function statusOf(error: unknown): number {
  return (error instanceof GatewayError ? faults[error.code]?.status : undefined) ?? 500;
}
