import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";
import type { Behaviour } from "./platform.ts";

/** A mail as a program for mail shows it. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** In lower case; folded lines joined, encoded words decoded. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  readonly html: string;
}

interface MailServerParts {
  readonly user: string;
  readonly password: string;
  /** Encrypted from the first byte, by a certificate that nobody trusts. */
  readonly isSecure?: boolean;
}

/** A mail server that wants a password and takes mails for `@example.com`. */
export async function openMailServer({ user, password, isSecure = false }: MailServerParts) {
  let how: Behaviour = "well";
  const mails: Mail[] = [];
  let { promise: askedOnce, resolve: ask } = Promise.withResolvers<void>();
  const refusal = (responseCode: number, message: string) =>
    Object.assign(new Error(message), { responseCode });

  const server = new SMTPServer({
    secure: isSecure,
    allowInsecureAuth: true,
    hideSTARTTLS: true,
    closeTimeout: 100,
    onConnect(_session, done) {
      ask();
      ({ promise: askedOnce, resolve: ask } = Promise.withResolvers<void>());
      if (how === "silent") return;
      done(how === "busy" ? refusal(421, "Too many connections, try again later") : undefined);
    },
    onAuth(given, _session, done) {
      const isKnown = given.username === user && given.password === password;
      if (isKnown) done(null, { user });
      else done(refusal(535, `Error: authentication failed for ${given.password}`));
    },
    onRcptTo({ address }, _session, done) {
      if (how === "broken") done(refusal(451, "4.3.0 Temporary lookup failure"));
      else if (address.endsWith("@example.com")) done();
      else done(refusal(550, `5.1.1 <${address}>: no such user here`));
    },
    async onData(stream, session, done) {
      const source = await text(stream.setEncoding("latin1"));
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom === false ? "" : mailFrom.address;
      mails.push({ from, to: rcptTo.map(({ address }) => address), ...parseMail(source) });
      done();
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(resolve));
  return {
    ...{ port, mails },
    async behave(next: Behaviour) {
      how = next;
      if (next === "gone") await close();
    },
    asked: () => askedOnce,
    close,
  };
}

function parseMail(source: string): Pick<Mail, "headers" | "text" | "html"> {
  const { headers, body } = splitPart(source);
  const boundary = /boundary="?([^";]+)"?/.exec(headers.get("content-type") ?? "")?.[1];
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => splitPart(part.replace(/^\r\n/, "")));
  const partOf = (type: string) => parts.find((part) => part.headers.get("content-type")?.startsWith(type));
  return { headers, text: decodePart(partOf("text/plain")), html: decodePart(partOf("text/html")) };
}

function splitPart(source: string) {
  const end = source.indexOf("\r\n\r\n");
  const lines = source
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at).toLowerCase(), decodeWords(line.slice(at + 1).trim())];
    }),
  );
  return { headers, body: source.slice(end + 4) };
}

function decodePart(part: ReturnType<typeof splitPart> | undefined): string {
  const encoding = part?.headers.get("content-transfer-encoding");
  const body = part?.body ?? "";
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  if (encoding === "quoted-printable") return fromQuoted(body.replace(/=\r\n/g, ""));
  return Buffer.from(body, "latin1").toString("utf8");
}

function fromQuoted(body: string): string {
  const bytes = body.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** Encoded words (RFC 2047); spaces between two of them are none. */
function decodeWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, how: string, word: string) =>
      how.toUpperCase() === "B"
        ? Buffer.from(word, "base64").toString("utf8")
        : fromQuoted(word.replaceAll("_", " ")),
    );
}
