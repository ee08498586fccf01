import { passwordChars } from "../../state/password-rule.ts";
import type { Person } from "../../state/people.ts";
import { escapeHtml, renderPage } from "../page.ts";

/** A text in both languages of the pages. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** The page that asks for log-in and password; with `fault` it says why the last try failed. */
export function loginForm({
  login = "",
  provider,
  fault,
  to,
}: {
  login?: string;
  /** Path of the screen that sent him here, to which he comes back. */
  to?: string | undefined;
  /** Name of the identity provider, when people may log in there. */
  provider?: string | undefined;
  fault?: Words | undefined;
}): string {
  return renderPage({
    title: "登录 · Log in",
    body: `<h1>登录 <small lang="en">Log in</small></h1>
${faultLine(fault)}
<form method="post" action="/login${to === undefined ? "" : `?to=${encodeURIComponent(to)}`}">
<label>登录名 <span class="en" lang="en">Log-in name</span>
<input name="login" value="${escapeHtml(login)}" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="64" autofocus></label>
<label>密码 <span class="en" lang="en">Password</span>
<input name="password" type="password" autocomplete="current-password" required maxlength="800"></label>
<button>登录 <span lang="en">Log in</span></button>
</form>
${providerLine(provider)}
<p>忘记密码？请管理员发一个新链接。<span class="en" lang="en">Forgotten? An administrator can make a new link for you.</span></p>`,
  });
}

/**
 * The page of somebody who comes from an identity provider. It leads on by itself: the browser sends the session's
 * cookie only with requests that begin here.
 */
export function arrivedPage({ name }: Pick<Person, "name">): string {
  return renderPage({
    title: "已登录 · Logged in",
    refreshTo: "/",
    body: `<h1>${escapeHtml(name)}，已登录 <small lang="en">you are logged in</small></h1>
<p><a href="/">继续 <span lang="en">Go on</span></a></p>`,
  });
}

/** The page of somebody who has logged in. */
export function welcomePage({ name }: Pick<Person, "name">): string {
  return renderPage({
    title: "已登录 · Logged in",
    body: `<h1>${escapeHtml(name)}，已登录 <small lang="en">you are logged in</small></h1>
<ul><li><a href="/">首页 <span lang="en">Start page</span></a></li>
<li><a href="/api/v1/session">我的权限 <span lang="en">What I may do</span></a></li></ul>
<form method="post" action="/logout"><button>退出 <span lang="en">Log out</span></button></form>`,
  });
}

/** The page behind an invitation or a reset link. */
export function linkForm({
  name,
  login,
  fault,
}: {
  name: string;
  login: string;
  fault?: Words | undefined;
}): string {
  return renderPage({
    title: "设置密码 · Set your password",
    body: `<h1>设置密码 <small lang="en">Set your password</small></h1>
<p>${escapeHtml(name)}，登录名 <span class="en" lang="en">log-in name</span> <code>${escapeHtml(login)}</code></p>
${faultLine(fault)}
<form method="post">
<input type="hidden" name="login" value="${escapeHtml(login)}" autocomplete="username">
<label>新密码，至少 ${passwordChars.least} 个字符 <span class="en" lang="en">New password, at least ${passwordChars.least} characters</span>
<input name="password" type="password" autocomplete="new-password" required minlength="${passwordChars.least}" maxlength="800" autofocus></label>
<button>保存并登录 <span lang="en">Save and log in</span></button>
</form>`,
  });
}

/** The page behind a link that cannot be used. */
export function deadLinkPage(): string {
  return renderPage({
    title: "链接失效 · Link not valid",
    body: `<h1>链接失效 <small lang="en">This link cannot be used</small></h1>
<p>链接已使用、已过期或不存在。请管理员发一个新的。<span class="en" lang="en">It was used, is over, or does not exist. Ask an administrator for a new one.</span></p>
<p><a href="/login">登录 <span lang="en">Log in</span></a></p>`,
  });
}

function providerLine(provider: string | undefined): string {
  if (provider === undefined) return "";
  return `<p><a href="/login/oidc">用 ${escapeHtml(provider)} 登录 <span lang="en">Log in with ${escapeHtml(provider)}</span></a></p>`;
}

function faultLine(fault: Words | undefined): string {
  if (fault === undefined) return "";
  return `<p class="fault" role="alert">${escapeHtml(fault.zh)} <span lang="en">${escapeHtml(fault.en)}</span></p>`;
}
