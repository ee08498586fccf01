import { isUtf8 } from "node:buffer";
import type { Kind } from "../../devices/kit/kind.ts";
import { envelopeKeys } from "../envelope.ts";
import type { Metrics } from "../metrics.ts";
import type { Refusal } from "../types.ts";
import type { PersonHashes } from "./person-hash.ts";
import { dropImages, type RedactParts, redact } from "./redact.ts";
import { createSensitive } from "./sensitive-keys.ts";
import type { PrivacySettings } from "./settings.ts";

/** Takes personal data out of what devices send, before it is kept, told or passed on. */
export interface Cleaner {
  /** The payload without images; the same buffer when there are none. */
  withoutImages(payload: Buffer): Buffer;
  /** The payload with keyed hashes in the place of persons, without secrets and images; the same buffer when there are none. */
  payload(topic: string, payload: Buffer): Buffer;
  /** The same for what subscribers are shown, which was kept or refused before. */
  shown(topic: string, payload: Buffer): Buffer;
  /** The reason of a rejection, which may quote what was refused; `kept` is the cleaned payload. */
  refusal(topic: string, refusal: Refusal, before: Buffer, kept: Buffer): Refusal;
  /** A text of a device that is kept as it came, such as an error. */
  text(topic: string, text: string): string;
}

/** Makes the cleaner. Slow beside the path of a reading: only for what was refused, and what bridges are shown. */
export function createCleaner({
  hashes,
  kind: findKind,
  settings,
  metrics,
}: {
  hashes: Pick<PersonHashes, "of">;
  /** The kind of this name. */
  kind: (name: string) => Pick<Kind, "fields"> | undefined;
  settings: Pick<PrivacySettings, "sensitiveKeys" | "imageBytes">;
  metrics: Pick<Metrics, "count">;
}): Cleaner {
  const { imageBytes } = settings;
  const sensitive = createSensitive(settings.sensitiveKeys);
  const envelope = new Set(envelopeKeys);
  const dropped = metrics.count("images_dropped", "Images that were taken out of payloads");

  function partsOf(topic: string): RedactParts {
    const [, , site = "", kind = ""] = topic.split("/");
    const fields = findKind(kind)?.fields ?? {};
    const isPerson = (key: string) => Object.hasOwn(fields, key) && fields[key]?.isPerson === true;
    return {
      sensitive: (key) => (isPerson(key) ? "person" : sensitive(key)),
      isField: (key) => envelope.has(key) || (Object.hasOwn(fields, key) && !isPerson(key)),
      hash: (identity) => hashes.of(site, identity),
      imageBytes,
    };
  }

  /** What is no UTF-8 is read byte by byte: keys and digits are the same in every encoding that devices use. */
  function change(
    payload: Buffer,
    run: (text: string) => { text: string; images: number },
    count: (images: number) => void = dropped.add,
  ): Buffer {
    const encoding = isUtf8(payload) ? "utf8" : "latin1";
    const before = payload.toString(encoding);
    const { text, images } = run(before);
    count(images);
    return text === before ? payload : Buffer.from(text, encoding);
  }

  return {
    withoutImages(payload) {
      // Long batches of readings are nothing but short words: they must not pay for pictures.
      if (payload.length < imageBytes || !hasLongRun(payload)) return payload;
      return change(payload, (text) => dropImages(text, imageBytes));
    },
    payload: (topic, payload) => change(payload, (text) => redact(text, partsOf(topic))),
    shown: (topic, payload) =>
      change(
        payload,
        (text) => redact(text, partsOf(topic)),
        () => {},
      ),
    refusal(topic, refusal, before, kept) {
      const parts = partsOf(topic);
      const key = refusal.path.split(".").at(-1) ?? "";
      const how = parts.isField(key) ? undefined : parts.sensitive(key);
      if (how !== undefined) {
        const message = refusal.message.replace(
          /; got [\s\S]*?(?=; also wrong: |$)/,
          "; its value is not shown",
        );
        return { ...refusal, value: "", message };
      }
      const value =
        before !== kept && quotesWhole.has(refusal.code)
          ? quote(refusal, kept)
          : redact(refusal.value, parts).text;
      return { ...refusal, value, message: cleanMessage(refusal.message, parts, before !== kept) };
    },
    text: (topic, text) => redact(text, partsOf(topic)).text,
  };
}

/** Characters without a quotation mark that make a text worth a look. */
const longRun = 128;
const quotationMark = 0x22;

/**
 * Whether a text of twice `longRun` characters may be in a payload. After a mark as many bytes are skipped as make a long run: no text of twice
 * the length is jumped over.
 */
function hasLongRun(payload: Buffer): boolean {
  for (let at = 0; at < payload.length; ) {
    const mark = payload.indexOf(quotationMark, at);
    if ((mark === -1 ? payload.length : mark) - at >= longRun) return true;
    if (mark === -1) return false;
    at = mark + longRun;
  }
  return false;
}

/** Refusals whose value is the begin of the payload's text. */
const quotesWhole: ReadonlySet<Refusal["code"]> = new Set([
  "payload-not-utf8",
  "payload-not-json",
  "payload-too-deep",
  "payload-too-many-keys",
  "payload-duplicate-key",
]);

const quotedBytes = 40;

function quote({ code, value }: Refusal, kept: Buffer): string {
  const shown =
    code === "payload-not-utf8"
      ? kept.toString("hex", 0, quotedBytes)
      : kept.toString("utf8", 0, quotedBytes);
  return value === "" ? "" : JSON.stringify(shown);
}

function cleanMessage(message: string, parts: RedactParts, isChanged: boolean): string {
  // The parser quotes what stands around the fault, without the key that it belongs to.
  const plain = isChanged ? message.replace(/, (\.\.\.)?"[\s\S]*"(\.\.\.)? is not valid JSON/, "") : message;
  return redact(plain, parts).text;
}
