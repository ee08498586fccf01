import type { Text } from "../../devices/kit/kind.ts";

/** A text as the dashboards show it: `满溢度 Fill`. */
export function bilingual({ zh, en }: Text): string {
  return `${zh} ${en}`;
}
