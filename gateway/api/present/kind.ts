import { describeKind } from "../../../devices/kit/describe.ts";
import type { Kind } from "../../../devices/kit/kind.ts";
import type { KindDetail, KindItem } from "../contract.ts";

/** A kind as it is listed. */
export function presentKindItem(kind: Kind): KindItem {
  const { name, title, intervalMs, quietAfterMs, summary, figure } = kind;
  return {
    name,
    title,
    intervalMs,
    quietAfterMs,
    summary: [...summary],
    ...(figure !== undefined && { figure }),
  };
}

/** A kind with all its facts. */
export function presentKind(kind: Kind): KindDetail {
  // The kit's type is the same but readonly; the answer's schema checks the shape when it is written.
  return describeKind(kind) as unknown as KindDetail;
}
