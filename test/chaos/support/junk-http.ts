import { createConnection } from "node:net";
import { upgrade } from "./junk-sieges.ts";

/** What came of requests that no client should send. */
export interface HttpJunkReport {
  readonly requests: number;
  /** Answers by status; `closed` for a connection that ended without one, `silent` for one that did neither in time. */
  readonly answers: ReadonlyMap<string, number>;
  readonly differences: readonly string[];
}

/** Sends each request in turn, 20 connections at a time; the gateway may refuse or close, never fail, never answer twice. */
export async function sendHttpJunk({
  port,
  token,
  requests,
  random,
}: {
  port: number;
  token: string;
  requests: number;
  random: () => number;
}): Promise<HttpJunkReport> {
  const answers = new Map<string, number>();
  const differences: string[] = [];
  let next = 0;

  async function worker(): Promise<void> {
    while (next < requests) {
      const { name, bytes, may } = junkOf(next++, token, random);
      const answer = await ask(port, bytes);
      const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status = ""]) => status);
      const seen = statuses.length === 0 ? (answer === "silent" ? "silent" : "closed") : statuses.join("+");
      answers.set(seen, (answers.get(seen) ?? 0) + 1);
      const isWrong = statuses.some((status) => status.startsWith("5")) || !(may ?? refused).test(seen);
      if (isWrong && differences.length < differencesKept)
        differences.push(`HTTP "${name}" was answered ${seen}`);
    }
  }

  await Promise.all(Array.from({ length: 20 }, worker));
  return { requests, answers, differences };
}

/** Refused once, or closed. */
const refused = /^(4\d\d|closed)$/;
/** Also served, once: odd but allowed. */
const servedOnce = /^([24]\d\d|closed)$/;
const differencesKept = 20;
/** Longest wait for an answer, ms; the settings of the sieges end a request after 4 s. */
const patienceMs = 6_000;

interface Junk {
  readonly name: string;
  readonly bytes: Buffer;
  readonly may?: RegExp;
}

type Maker = (chance: {
  head: string;
  random: () => number;
}) => Omit<Junk, "bytes"> & { bytes: string | Buffer };

// The hidden second request asks for something that would be answered 200, so that smuggling shows as two answers.
const hidden = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

const makers: readonly Maker[] = [
  ({ head }) => ({
    name: "both lengths (CL.TE)",
    bytes: `POST /api/v1/sites HTTP/1.1\r\n${head}Content-Length: ${hidden.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  }),
  ({ head }) => ({
    name: "two different Content-Length",
    bytes: `POST /api/v1/sites HTTP/1.1\r\n${head}Content-Length: 2\r\nContent-Length: ${hidden.length + 2}\r\n\r\n{}${hidden}`,
  }),
  ({ head }) => ({
    name: "Transfer-Encoding that is no chunked",
    bytes: `POST /api/v1/sites HTTP/1.1\r\n${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`,
  }),
  ({ head }) => ({
    name: "Transfer-Encoding with a space before the colon",
    bytes: `POST /api/v1/sites HTTP/1.1\r\n${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
  }),
  ({ head }) => ({
    name: "a folded header",
    bytes: `GET /api/v1/sites HTTP/1.1\r\n${head}X: a\r\n b\r\n\r\n`,
    may: servedOnce,
  }),
  ({ head }) => ({
    name: "a Content-Length that is no number",
    bytes: `POST /api/v1/sites HTTP/1.1\r\n${head}Content-Length: 0x10\r\n\r\n${hidden}`,
  }),
  ({ head }) => ({
    name: "a chunk without a size",
    bytes: `POST /api/v1/sites HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  }),
  ({ head }) => ({
    name: "a chunk larger than numbers",
    bytes: `POST /api/v1/sites HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n`,
  }),
  ({ head }) => ({
    name: "a header of 100 KB",
    bytes: `GET / HTTP/1.1\r\n${head}X: ${"y".repeat(100_000)}\r\n\r\n`,
  }),
  ({ head }) => ({
    name: "5,000 headers",
    bytes: `GET / HTTP/1.1\r\n${head}${Array.from({ length: 5_000 }, (_, i) => `A${i}: b\r\n`).join("")}\r\n`,
  }),
  ({ head }) => ({ name: "a path of 60 KB", bytes: `GET /${"a/".repeat(30_000)} HTTP/1.1\r\n${head}\r\n` }),
  ({ head }) => ({
    name: "a path out of the root",
    bytes: `GET /docs/../../../../etc/passwd HTTP/1.1\r\n${head}\r\n`,
  }),
  ({ head }) => ({
    name: "an encoded path out of the root",
    bytes: `GET /docs/static/..%2f..%2f..%2fetc/passwd HTTP/1.1\r\n${head}\r\n`,
  }),
  ({ head }) => ({ name: "a broken percent", bytes: `GET /api/v1/sites/%zz%c0%ae HTTP/1.1\r\n${head}\r\n` }),
  ({ head }) => ({
    name: "a broken percent in the query",
    bytes: `GET /api/v1/alerts?site=%ff&limit=%zz HTTP/1.1\r\n${head}\r\n`,
    may: servedOnce,
  }),
  ({ head }) => ({ name: "a NUL in a header", bytes: `GET / HTTP/1.1\r\n${head}X: a\0b\r\n\r\n` }),
  ({ head }) => ({ name: "a NUL in the path", bytes: `GET /api/v1/sites/a%00b HTTP/1.1\r\n${head}\r\n` }),
  ({ head }) => ({ name: "a method that nobody knows", bytes: `BREW /api/v1/sites HTTP/1.1\r\n${head}\r\n` }),
  () => ({ name: "HTTP/0.9", bytes: "GET /\r\n\r\n", may: servedOnce }),
  () => ({ name: "no Host", bytes: "GET /health/live HTTP/1.1\r\n\r\n", may: servedOnce }),
  ({ random }) => ({
    name: "noise",
    bytes: Buffer.from(Array.from({ length: 1 + random() * 500 }, () => random() * 256)),
  }),
  ({ head, random }) => {
    const bytes = Buffer.from(`GET /api/v1/sites?limit=5 HTTP/1.1\r\n${head}\r\n`);
    for (let i = 0; i < 1 + random() * 4; i++)
      bytes[Math.floor(random() * bytes.length)]! ^= 1 << (random() * 8);
    return { name: "a request with flipped bits", bytes, may: /^([24]\d\d|closed|silent)$/ };
  },
  ({ head }) => ({ name: "JSON that is none", bytes: post(head, "{".repeat(20_000)) }),
  ({ head }) => ({ name: "JSON too deep", bytes: post(head, `${"[".repeat(50_000)}${"]".repeat(50_000)}`) }),
  ({ head }) => ({
    name: "JSON with __proto__",
    bytes: post(head, '{"__proto__":{"role":"admin"},"id":"x","name":"y"}'),
  }),
  ({ head }) => ({
    name: "a body of another type",
    bytes: post(head, "a=b").replace("application/json", "text/plain"),
  }),
  ({ head }) => ({
    name: "a limit that is no number",
    bytes: `GET /api/v1/alerts?limit=1e99 HTTP/1.1\r\n${head}\r\n`,
  }),
  ({ head }) => ({
    name: "a cursor that is none",
    bytes: `GET /api/v1/alerts?cursor=${"%F0".repeat(50)} HTTP/1.1\r\n${head}\r\n`,
  }),
  // WebSockets: 101, then something that must end them.
  ...Object.entries({
    "a frame without mask": Buffer.from([0x82, 0x02, 0x10, 0x00]),
    "a reserved bit": Buffer.from([0xf2, 0x82, 1, 2, 3, 4, 0x10, 0x00]),
    "a reserved opcode": Buffer.from([0x83, 0x82, 1, 2, 3, 4, 0x10, 0x00]),
    "a control frame in pieces": Buffer.from([0x09, 0x82, 1, 2, 3, 4, 0x10, 0x00]),
    "a ping of 200 bytes": Buffer.concat([Buffer.from([0x89, 0xfe, 0, 200, 1, 2, 3, 4]), Buffer.alloc(200)]),
    "a piece of nothing": Buffer.from([0x80, 0x82, 1, 2, 3, 4, 0x10, 0x00]),
    "a text frame that is no text": Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc0, 0xaf]),
    "a length of 2^63": Buffer.from([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
    "noise for MQTT": Buffer.from([0x82, 0x84, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]),
    "a close code that is none": Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x00, 0x01]),
  }).map(
    ([name, frame]): Maker =>
      () => ({
        name: `WebSocket: ${name}`,
        bytes: Buffer.concat([Buffer.from(upgrade()), frame]),
        may: /^101$/,
      }),
  ),
  () => ({ name: "WebSocket: another path", bytes: upgrade("/other") }),
  () => ({ name: "WebSocket: no key", bytes: upgrade().replace(/Sec-WebSocket-Key: .*\r\n/, "") }),
  () => ({ name: "WebSocket: another version", bytes: upgrade().replace("Version: 13", "Version: 99") }),
  () => ({ name: "WebSocket: a key that is none", bytes: upgrade().replace(/Key: .*\r\n/, "Key: x\r\n") }),
];

function junkOf(n: number, token: string, random: () => number): Junk {
  const head = `Host: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n`;
  const made = makers[n % makers.length]!({ head, random });
  return { ...made, bytes: Buffer.from(made.bytes) };
}

function post(head: string, body: string): string {
  return `POST /api/v1/sites HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** All that the gateway says until it closes; "silent" when it does not. Half of the connections are shut on our side at once. */
function ask(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port, allowHalfOpen: true });
    let answer = "";
    const patience = setTimeout(() => {
      answer ||= "silent";
      socket.destroy();
    }, patienceMs);
    socket.setEncoding("latin1").on("data", (text: string) => {
      answer += text;
    });
    socket.on("connect", () => (bytes.length % 2 === 0 ? socket.end(bytes) : socket.write(bytes)));
    socket.on("end", () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(patience);
      resolve(answer);
    });
  });
}
