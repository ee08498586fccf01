import { z } from "zod";
import type { Refusal } from "../types.ts";
import { decodeJson } from "./json.ts";
import { refuse } from "./refusal.ts";
import type { IngestSettings } from "./settings.ts";

const statusSchema = z.object({ online: z.boolean() });
const replySchema = z.object({
  id: z.string().min(1).max(64),
  ok: z.boolean(),
  error: z.string().max(500).optional(),
});

/** A device's answer to a command. */
export type Reply = z.infer<typeof replySchema>;

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

/** Reads a `status` payload: `{"online": true, "ts": …}`, or the bare word `online` / `offline` that many last wills carry. */
export function readStatus(payload: Buffer, settings: IngestSettings): Read<boolean> {
  const word = payload.length <= 16 ? payload.toString("latin1").trim().toLowerCase() : "";
  if (word === "online" || word === "offline") return { ok: true, value: word === "online" };
  const decoded = decodeJson(payload, settings);
  if (!decoded.ok) return decoded;
  const status = statusSchema.safeParse(decoded.value);
  if (status.success) return { ok: true, value: status.data.online };
  const message = 'a status must be {"online": true} or {"online": false}';
  return { ok: false, refusal: refuse("status-invalid", "online", decoded.value, message) };
}

/** Reads a `reply` payload: `{"id", "ok", "error"?}`. */
export function readReply(payload: Buffer, settings: IngestSettings): Read<Reply> {
  const decoded = decodeJson(payload, settings);
  if (!decoded.ok) return decoded;
  const reply = replySchema.safeParse(decoded.value);
  if (reply.success) return { ok: true, value: reply.data };
  const path = reply.error.issues[0]?.path.join(".") ?? "";
  const message = 'a reply must be {"id": the command\'s id, "ok": true or false, "error": text when not ok}';
  return { ok: false, refusal: refuse("reply-invalid", path, decoded.value, message) };
}
