import { GatewayError } from "../errors.ts";
import { maskSecrets } from "../mask-secrets.ts";
import { cutCharacters, oneLine } from "./clean.ts";
import type { OutboundAnswer } from "./outbound.ts";

/** Longest wait that a target's `Retry-After` is believed, ms: nobody may silence an alarm for a day. */
const longestWaitMs = 3_600_000;

/** Who answered, and what people can do about it. */
export interface Answerer {
  /** The host of the target; nothing else of its URL, which may hold a secret. */
  readonly host: string;
  readonly now: number;
  /** What to mend when it does not take the secret. */
  readonly mend: string;
}

/** Throws `notify-failed` for an answer whose HTTP status is no success, and says whether trying again may help. */
export function refuseStatus(answer: OutboundAnswer, { host, now, mend }: Answerer): void {
  const { status, location, retryAfter } = answer;
  if (status >= 200 && status < 300) return;
  const wait = status === 429 || status === 503 ? readRetryAfter(retryAfter, now) : undefined;
  throw new GatewayError("notify-failed", `${host} answered ${status}${hintOf(status, location, mend)}`, {
    retryable: status >= 500 || mayPass.has(status),
    ...(wait !== undefined && { retryAfterMs: wait }),
  });
}

/** Request timeout, too early, too many requests. */
const mayPass: ReadonlySet<number> = new Set([408, 425, 429]);

/** `Retry-After` in ms, seconds or a date as RFC 9110 10.2.3 has it, an hour at most; undefined when it says nothing. */
export function readRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const isDate = /[a-z]/i.test(text);
  const waitMs = isDate
    ? Date.parse(text) - now
    : /^\s*\d+\s*$/.test(text)
      ? Number(text) * 1000
      : Number.NaN;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), longestWaitMs);
}

function hintOf(status: number, location: string | undefined, mend: string): string {
  if (status === 401 || status === 403) return `, it does not let us in: ${mend}`;
  if (status < 300 || status >= 400) return "";
  // Only the host: a path may hold a secret.
  const target = location !== undefined && URL.canParse(location) ? ` to ${new URL(location).host}` : "";
  return `, a redirect${target}; redirects are not followed, set the final address in notify.targets`;
}

/** What a code of a platform means. */
export interface CodeMeaning {
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  /** What it is, and what to mend. */
  readonly says: string;
}

/** How a platform answers in the body, whatever its HTTP status is. */
export interface Codes {
  /** Names of the field that may hold the code; 0 is success. */
  readonly fields: readonly string[];
  /** Name of the field with its reason. */
  readonly reason: string;
  /** Meanings by code; what is not here may pass, and is tried again. */
  readonly meaningOf: (code: number, reason: string) => CodeMeaning | undefined;
  /** Texts that no sentence may repeat, whatever the platform answers. */
  readonly secrets: readonly string[];
}

/** Throws `notify-failed` unless the body says that it was taken. An answer that nobody understands is no success. */
export function refuseCode({ body }: OutboundAnswer, host: string, codes: Codes): void {
  const answer = parseObject(body);
  const code = codes.fields.map((field) => answer?.[field]).find((value) => typeof value === "number");
  if (code === undefined) {
    throw new GatewayError("notify-failed", `${host} answered something that is no answer of such a robot`, {
      retryable: true,
    });
  }
  if (code === 0) return;
  const reason = String(answer?.[codes.reason] ?? "");
  const meaning = codes.meaningOf(code, reason);
  const said = meaning?.says ?? told(reason, codes.secrets);
  throw new GatewayError("notify-failed", `${host} refused it with code ${code}: ${said}`, {
    retryable: meaning?.retryable ?? true,
    ...(meaning?.retryAfterMs !== undefined && { retryAfterMs: meaning.retryAfterMs }),
  });
}

/** What another program said, as a sentence may repeat it. */
export function told(text: string, secrets: readonly string[]): string {
  return cutCharacters(oneLine(maskSecrets(text, secrets)), 120);
}

/** The object in a body; undefined when there is none. */
export function parseObject(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
