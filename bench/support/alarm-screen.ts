import { get } from "node:http";
import { performance } from "node:perf_hooks";
import type { Gateway } from "./gateway.ts";

/** A screen of one site, as a crew has it: everything that happens there. */
export interface AlarmScreen {
  /** When the first alert of the device came, by the performance clock; undefined before. */
  sawAt(device: string): number | undefined;
  close(): void;
}

/** Opens the live stream of a site and waits until it began. */
export async function openScreen(
  { httpPort, adminToken }: Gateway,
  site: string,
  ids: RegExp,
): Promise<AlarmScreen> {
  const times = new Map<string, number>();
  let rest = "";
  const request = get({
    ...{ host: "127.0.0.1", port: httpPort, path: `/api/v1/stream?site=${site}` },
    headers: { authorization: `Bearer ${adminToken}` },
  });
  await new Promise<void>((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      response.setEncoding("utf8").on("data", (text: string) => {
        const now = performance.now();
        const blocks = (rest + text).split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) {
          if (block.includes("event: snapshot")) resolve();
          if (!block.includes("event: alert")) continue;
          for (const [id] of block.matchAll(ids)) if (!times.has(id)) times.set(id, now);
        }
      });
    });
  });
  return { sawAt: (device) => times.get(device), close: () => request.destroy() };
}
