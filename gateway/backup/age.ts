import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from "node:crypto";
import { GatewayError } from "../errors.ts";
import { createTaker } from "./taker.ts";

// The file format of age, version 1, with a passphrase (https://c2sp.org/age). With it a backup can also be opened
// by the program `age`, without this one.

const firstLine = "age-encryption.org/v1";
const chunkBytes = 64 * 1024;
const tagBytes = 16;
/** Longest header that is read; one with a passphrase has about 150 bytes. */
const headerBytes = 4096;
/** Work of scrypt as a power of two: 128 MiB and about 0.4 s a try. */
const defaultWork = 17;
/** More than this is refused, as the specification advises: a file could otherwise ask for any amount of memory. */
const maxWork = 20;

/** Whether a file begins like one that is encrypted. */
export function isSealed(head: Uint8Array): boolean {
  return Buffer.from(head).toString("latin1", 0, firstLine.length) === firstLine;
}

/** Encrypts what comes; memory stays at one chunk of 64 KiB. `work` is the power of two that scrypt works. */
export async function* seal(
  source: AsyncIterable<Uint8Array>,
  passphrase: string,
  { work = defaultWork }: { work?: number } = {},
): AsyncGenerator<Buffer> {
  const fileKey = randomBytes(16);
  const salt = randomBytes(16);
  const wrapped = chacha(await passphraseKey(passphrase, salt, work), Buffer.alloc(12), fileKey);
  const stanza = `-> scrypt ${base64(salt)} ${work}\n${base64(wrapped)}\n`;
  const header = `${firstLine}\n${stanza}---`;
  const nonce = randomBytes(16);
  yield Buffer.concat([Buffer.from(`${header} ${base64(headerMac(fileKey, header))}\n`), nonce]);
  const key = derive(fileKey, nonce, "payload");
  const taker = createTaker(source);
  for (let counter = 0; ; counter++) {
    const chunk = await taker.take(chunkBytes);
    const isLast = await taker.isEmpty();
    yield chacha(key, chunkNonce(counter, isLast), chunk);
    if (isLast) return;
  }
}

/** Decrypts what `seal` or the program `age` made. Throws `backup-invalid` for another passphrase and for any changed or missing byte. */
export async function* open(source: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Buffer> {
  const taker = createTaker(source);
  const lines: string[] = [];
  for (let size = 0; !lines.at(-1)?.startsWith("--- "); ) {
    const line = await taker.takeLine(headerBytes - size);
    if (line === undefined) throw invalid("its header is damaged");
    size += line.length + 1;
    lines.push(line);
  }
  const fileKey = await unwrap(lines, passphrase);
  const mac = Buffer.from(lines.at(-1)!.slice(4), "base64");
  const wanted = headerMac(fileKey, `${lines.slice(0, -1).join("\n")}\n---`);
  // The format has one spelling for each value: bits at the end that say nothing must be zero.
  const isCanonical = lines.at(-1) === `--- ${base64(mac)}`;
  if (!isCanonical || mac.length !== wanted.length || !timingSafeEqual(mac, wanted)) {
    throw invalid("its header was changed");
  }

  const nonce = await taker.take(16);
  const key = derive(fileKey, nonce, "payload");
  for (let counter = 0; ; counter++) {
    const sealed = await taker.take(chunkBytes + tagBytes);
    const isLast = await taker.isEmpty();
    const chunk = unchacha(key, chunkNonce(counter, isLast), sealed);
    if (chunk === undefined) throw invalid(isLast ? "it is cut short or was changed" : "it was changed");
    yield chunk;
    if (isLast) return;
  }
}

async function unwrap(lines: readonly string[], passphrase: string): Promise<Buffer> {
  const [version, recipient = "", body = ""] = lines;
  const [, salt, work] = /^-> scrypt ([A-Za-z0-9+/]{22}) (\d{1,2})$/.exec(recipient) ?? [];
  if (version !== firstLine || salt === undefined || lines.length !== 4) {
    throw invalid("it was not encrypted with a passphrase");
  }
  if (Number(work) > maxWork) throw invalid(`its passphrase needs more work (2^${work}) than is allowed`);
  const key = await passphraseKey(passphrase, Buffer.from(salt, "base64"), Number(work));
  const fileKey = unchacha(key, Buffer.alloc(12), Buffer.from(body, "base64"));
  if (fileKey === undefined) throw invalid("the passphrase does not open it");
  return fileKey;
}

function passphraseKey(passphrase: string, salt: Buffer, work: number): Promise<Buffer> {
  const label = Buffer.concat([Buffer.from("age-encryption.org/v1/scrypt"), salt]);
  const cost = { N: 2 ** work, r: 8, p: 1, maxmem: 2 ** (work + 11) };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, label, 32, cost, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

function headerMac(fileKey: Buffer, header: string): Buffer {
  return createHmac("sha256", derive(fileKey, Buffer.alloc(0), "header"))
    .update(header)
    .digest();
}

function derive(fileKey: Buffer, salt: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync("sha256", fileKey, salt, info, 32));
}

/** 11 bytes of counter and a byte that marks the last chunk, so that none can be left out or moved. */
function chunkNonce(counter: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(counter, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

const cipher = "chacha20-poly1305";
const options = { authTagLength: tagBytes };

function chacha(key: Buffer, nonce: Buffer, text: Buffer): Buffer {
  const work = createCipheriv(cipher, key, nonce, options);
  return Buffer.concat([work.update(text), work.final(), work.getAuthTag()]);
}

function unchacha(key: Buffer, nonce: Buffer, sealed: Buffer): Buffer | undefined {
  if (sealed.length < tagBytes) return undefined;
  const work = createDecipheriv(cipher, key, nonce, options);
  work.setAuthTag(sealed.subarray(-tagBytes));
  try {
    return Buffer.concat([work.update(sealed.subarray(0, -tagBytes)), work.final()]);
  } catch {
    return undefined;
  }
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}

function invalid(why: string): GatewayError {
  return new GatewayError("backup-invalid", why);
}
