import { isUtf8 } from "node:buffer";
import type { Rejection } from "../../types.ts";
import type { Rejection as ShownRejection } from "../contract.ts";
import { iso } from "../schemas/shared.ts";

const maxText = 4096;

/** A rejection with its payload as bytes and, where it is text, as text. */
export function presentRejection(rejection: Rejection): ShownRejection {
  const bytes = Buffer.from(rejection.payload, "base64");
  return {
    id: rejection.id,
    at: iso(rejection.at),
    topic: rejection.topic,
    principal: rejection.principal ?? null,
    code: rejection.code,
    path: rejection.path,
    value: rejection.value,
    message: rejection.message,
    payload: rejection.payload,
    payloadText: isUtf8(bytes) ? bytes.toString().slice(0, maxText) : null,
  };
}
