import type { Page, Rejection, RejectionGroup } from "../../../../gateway/api/contract.ts";
import { get } from "../../api/client.ts";

/** Which refused messages are listed. */
export interface RejectionChoice {
  readonly group?: Pick<RejectionGroup, "code" | "kind" | "path"> | undefined;
  /** Full name of a device. */
  readonly device?: string | undefined;
  readonly site?: string | undefined;
}

/** Messages that are asked for at once. */
const atOnce = 100;
/** Pages that are searched for messages of a group before a person is asked whether to go on. */
const mostPages = 10;

/** Reads refused messages, newest first, from `cursor` on; `next` is null at the end. Throws `ApiError`. */
export async function readRejections(
  choice: RejectionChoice,
  cursor?: string,
): Promise<{ items: Rejection[]; next: string | null }> {
  const { group, device, site } = choice;
  const items: Rejection[] = [];
  let next: string | null = cursor ?? null;
  for (let page = 0; page < mostPages; page++) {
    const answer: Page<Rejection> = await get<Page<Rejection>>("/rejections", {
      ...{ code: group?.code, kind: group?.kind, device, site, limit: atOnce },
      cursor: next ?? undefined,
    });
    items.push(...answer.items.filter((one) => group === undefined || isOfGroup(one, group)));
    next = answer.next;
    if (next === null || items.length > 0) break;
  }
  return { items, next };
}

/** Whether a message has the cause of a group; which item of a batch was wrong makes no difference. */
export function isOfGroup(
  { code, topic, path }: Pick<Rejection, "code" | "topic" | "path">,
  group: Pick<RejectionGroup, "code" | "kind" | "path">,
): boolean {
  const [, , , kind = ""] = topic.split("/");
  return code === group.code && kind === group.kind && path.replace(/^\[\d+\]\.?/, "") === group.path;
}
