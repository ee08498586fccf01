import { isIP } from "node:net";
import type { NodemailerError } from "nodemailer";
import type { Clock } from "../clock.ts";
import { GatewayError, messageOf } from "../errors.ts";
import { escapeHtml } from "./clean.ts";
import type { Channel, Delivery, Notification } from "./contract.ts";
import { fitted } from "./fitted.ts";
import { plainOf } from "./markdown.ts";
import type { Outbound } from "./outbound.ts";
import { told as repeated } from "./refusal.ts";
import type { TargetOf } from "./target-settings.ts";
import { type Manner, tell } from "./text.ts";
import type { Told, Tone } from "./told.ts";

interface EmailParts {
  readonly settings: TargetOf<"email">;
  readonly password: string | undefined;
  readonly manner: Manner;
  readonly outbound: Pick<Outbound, "addressesOf">;
  readonly clock: Clock;
}

/** A mail is not bounded by its protocol; people are. */
const mostCharacters = 20_000;

/**
 * A mail server that takes mails by SMTP. One connection for each mail, to an address that was checked. Mails have the
 * notification's id as Message-ID, so that a double is one mail, and refer to their incident or alert, so that a program for
 * mail shows them as one thread.
 */
export function createEmailChannel({ settings, password, manner, outbound, clock }: EmailParts): Channel {
  const { host, tls, user, from, to, timeoutMs, port = tls === "tls" ? 465 : 587 } = settings;

  async function deliver(delivery: Delivery, recipients: readonly string[], signal: AbortSignal) {
    const addresses = await outbound.addressesOf(host, tls === "none");
    // The library takes one; where there is no way to IPv6, most names still have an address of it.
    const { address } = addresses.find(({ family }) => family === 4) ?? addresses[0]!;
    // Only those who have such a target pay for the library.
    const { createTransport } = await import("nodemailer");
    const transport = createTransport({
      host: address,
      port,
      secure: tls === "tls",
      requireTLS: tls === "starttls",
      ignoreTLS: tls === "none",
      // The certificate is for the name; an address names itself.
      ...(isIP(host) === 0 && { servername: host, tls: { servername: host } }),
      ...(user !== undefined && { auth: { user, pass: password ?? "" } }),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({
        ...mailOf(delivery, { from, manner, now: clock.now() }),
        to: [...recipients],
        signal,
      });
    } finally {
      transport.close();
    }
  }

  return {
    type: "email",
    async send(delivery) {
      const recipients = delivery.recipient === undefined ? to : [delivery.recipient.address];
      if (recipients === undefined) {
        throw new GatewayError(
          "notify-failed",
          `the target ${settings.name} has no list \`to\`, and this is for nobody in particular`,
        );
      }
      const over = new AbortController();
      const stop = clock.after(timeoutMs, () => over.abort());
      try {
        await deliver(delivery, recipients, over.signal);
      } catch (error) {
        if (error instanceof GatewayError) throw error;
        if (over.signal.aborted) {
          throw new GatewayError("notify-failed", `${host} did not take it in ${timeoutMs} ms`, {
            cause: error,
            retryable: true,
          });
        }
        throw refused(error, host, password === undefined ? [] : [password]);
      } finally {
        stop();
      }
    },
  };
}

function mailOf(delivery: Delivery, { from, manner, now }: { from: string; manner: Manner; now: number }) {
  const { notification } = delivery;
  const told = tell(delivery, manner, now);
  const domain = /@([^@>\s]+)>?$/.exec(from)?.[1] ?? "linli.invalid";
  const thread = threadOf(notification);
  const room = { most: mostCharacters, unit: "characters" } as const;
  return {
    from,
    subject: told.title,
    text: `${fitted(told, plainOf, room)}\n`,
    html: fitted(told, htmlOf, { ...room, most: mostCharacters * 4 }),
    messageId: `<${token(notification.id)}@${domain}>`,
    ...(thread !== undefined && { references: `<${thread}@${domain}>`, inReplyTo: `<${thread}@${domain}>` }),
    ...(notification.urgency !== "normal" && { priority: "high" as const }),
    // RFC 3834: nobody's absence is to be answered to an alarm.
    headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
  };
}

/** What all mails of one incident or alert refer to. */
function threadOf({ incident, alert }: Notification): string | undefined {
  if (incident !== undefined) return `incident-${token(incident)}`;
  return alert === undefined ? undefined : `alert-${token(alert)}`;
}

/** An id as a Message-ID may hold it. */
function token(id: string): string {
  return id.replace(/[^A-Za-z0-9._-]/g, "_");
}

function htmlOf(told: Told): string {
  const rows = told.lines.map(({ label, text, weight }) =>
    label === undefined
      ? `<tr><td colspan="2">${weight === "vital" ? `<b>${escapeHtml(text)}</b>` : escapeHtml(text)}</td></tr>`
      : `<tr><td style="color:#666;padding-right:1em;vertical-align:top">${escapeHtml(label)}</td><td>${escapeHtml(text)}</td></tr>`,
  );
  const items = told.items.map(({ text }) => `<li>${escapeHtml(text)}</li>`);
  return [
    `<h2 style="color:${colours[told.tone]}">${escapeHtml(told.title)}</h2>`,
    ...(told.link === undefined
      ? []
      : [`<p><a href="${escapeHtml(told.link.url)}">${escapeHtml(told.link.text)}</a></p>`]),
    ...(rows.length === 0 ? [] : ["<table>", ...rows, "</table>"]),
    ...(items.length === 0 ? [] : ["<ul>", ...items, "</ul>"]),
  ].join("\n");
}

const colours: Readonly<Record<Tone, string>> = {
  fire: "#c00000",
  urgent: "#c05000",
  calm: "#004080",
  good: "#006030",
  drill: "#505050",
};

/**
 * What a mail server's refusal means: a reply of 4xx may pass, 5xx does not (RFC 5321 4.2.1). The library's own error is left
 * behind: it repeats what the server said, and some servers repeat a password.
 */
function refused(error: unknown, host: string, secrets: readonly string[]): GatewayError {
  const { code, responseCode, response, permanent } = error as NodemailerError;
  const said = repeated(response ?? messageOf(error), secrets);
  if (code === "EAUTH" && permanent !== false) {
    const mend = "set the right user and password; many providers want a code made for programs (授权码)";
    return new GatewayError("notify-failed", `${host} does not let us in: ${mend}`);
  }
  if (code === "ETLS" || /certificate|self-signed|altnames|wrong version number/i.test(said)) {
    const mend = "look at its certificate, and at `tls` and `port` of the target";
    return new GatewayError("notify-failed", `${host} did not take it: ${said}; ${mend}`, {
      retryable: true,
    });
  }
  const what = responseCode === undefined ? "did not take it" : "refused it";
  return new GatewayError("notify-failed", `${host} ${what}: ${said}`, {
    retryable: permanent !== true,
  });
}
