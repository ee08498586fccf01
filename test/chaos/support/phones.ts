import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A message that came. */
export interface Got {
  /** Name of the target. */
  readonly to: string;
  /** Epoch ms. */
  readonly at: number;
  /** What it says, as it came. */
  readonly body: string;
}

/** The platforms on this machine that bring messages to people: robots of groups, and providers of text messages. */
export interface Phones {
  /** Every message that came, in order, also what was refused. */
  readonly got: readonly Got[];
  to(name: string): Got[];
  /** From now on every message to this target is refused, as when the platform is broken. */
  breakDown(name: string): void;
  /** Settings, as variables, of a gateway that reaches people by these targets. */
  settings(targets: readonly PhoneTarget[]): Readonly<Record<string, string>>;
  close(): void;
}

/** A way to people: a group with a robot, or single people by their number. */
export interface PhoneTarget {
  readonly name: string;
  readonly type: "wecom" | "sms";
}

/** Opens them. A robot takes 20 messages a minute and refuses more, as the real one does. */
export async function openPhones(): Promise<Phones> {
  const got: Got[] = [];
  const broken = new Set<string>();
  const server = createServer(async (request, response) => {
    const to = new URL(request.url ?? "/", "http://phones").searchParams.get("key") ?? "";
    got.push({ to, at: Date.now(), body: await text(request) });
    if (broken.has(to)) return response.writeHead(500).end();
    const isTooMuch = most(got.filter((one) => one.to === to).slice(-robotMessages - 1)) > robotMessages;
    response.writeHead(200, { "content-type": "application/json" });
    return response.end(
      JSON.stringify(isTooMuch ? { errcode: 45009, errmsg: "freq limit" } : { errcode: 0 }),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;

  return {
    got,
    to: (name) => got.filter(({ to }) => to === name),
    breakDown: (name) => void broken.add(name),
    settings: (targets) => ({
      LINLI_NOTIFY_ALLOWED_HOSTS: "127.0.0.1",
      LINLI_NOTIFY_TARGETS: JSON.stringify(
        targets.map(({ name, type }) => ({
          ...{ type, name, url: `http://127.0.0.1:${port}/cgi-bin/webhook/send?key=${name}` },
          ...(type === "sms"
            ? { body: { id: "{id}", phone: "{phone}", text: "{text}", link: "{link}" } }
            : {}),
        })),
      ),
    }),
    close: () => server.close().closeAllConnections(),
  };
}

/** Messages a minute that a robot takes: https://developer.work.weixin.qq.com/document/path/91770 */
export const robotMessages = 20;

/** The most of these messages, which are in order, that came in any 60 s. */
export function most(messages: readonly Got[]): number {
  let first = 0;
  let found = 0;
  for (const [last, { at }] of messages.entries()) {
    while (messages[first]!.at <= at - 60_000) first += 1;
    found = Math.max(found, last - first + 1);
  }
  return found;
}
