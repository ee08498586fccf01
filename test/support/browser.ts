import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";

/** Where a Chromium is, when there is one. */
export const chromiumPath: string | undefined = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

/** One page of a real browser, as on a phone, with scripts switched off. */
export interface PhonePage {
  open(url: string): Promise<void>;
  /** Text that a person sees. */
  text(): Promise<string>;
  /** Where an element lies and how large it is, CSS px. */
  boxOf(selector: string): Promise<{ x: number; y: number; width: number; height: number }>;
  /** Types into a field. */
  type(selector: string, text: string): Promise<void>;
  /** Touches an element in its middle, and waits for the page that comes. */
  tap(selector: string): Promise<void>;
  /** PNG of what the screen shows. */
  screenshot(): Promise<Buffer>;
  /** The status of the document that is shown. */
  status(): number;
  /** Headers of every request that the browser sent for a document, oldest first, names in lower case. */
  requests(): readonly {
    readonly method: string;
    readonly url: string;
    readonly headers: Record<string, string>;
  }[];
  close(): Promise<void>;
}

/** A small phone, upright. */
const screen = { width: 360, height: 720, deviceScaleFactor: 2, mobile: true };

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** Starts Chromium with a profile of its own and opens an empty page; `language` is what the phone is set to. */
export async function openPhone({ language }: { language: string }): Promise<PhonePage> {
  const profile = mkdtempSync(join(tmpdir(), "linli-browser-"));
  const child = spawn(
    chromiumPath ?? "chromium",
    [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"],
      ...["--remote-debugging-port=0", `--user-data-dir=${profile}`, `--accept-lang=${language}`],
      // A host of its own name, as on a network of the house: what browsers send differs from that to localhost.
      "--host-resolver-rules=MAP gate.example 127.0.0.1",
      "about:blank",
    ],
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: profile } },
  );
  const socket = new WebSocket(await debuggerOf(child));
  await once(socket, "open");
  const waiting = new Map<number, (message: Message) => void>();
  const listeners = new Set<(message: Message) => void>();
  const requests: { method: string; url: string; headers: Record<string, string> }[] = [];
  let ids = 0;
  let session: string | undefined;
  let status = 0;
  socket.on("message", (data) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    for (const listener of listeners) listener(message);
  });

  async function send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    ids += 1;
    const id = ids;
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    socket.send(
      JSON.stringify({ id, method, params, ...(session === undefined ? {} : { sessionId: session }) }),
    );
    const { result = {}, error } = await answer;
    waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  function told(method: string): Promise<void> {
    return new Promise((resolve) => {
      const listener = (message: Message) => {
        if (message.method !== method) return;
        listeners.delete(listener);
        resolve();
      };
      listeners.add(listener);
    });
  }

  const { targetInfos } = (await send("Target.getTargets")) as {
    targetInfos: { type: string; targetId: string }[];
  };
  const { targetId } = targetInfos.find(({ type }) => type === "page")!;
  ({ sessionId: session } = (await send("Target.attachToTarget", { targetId, flatten: true })) as {
    sessionId: string;
  });
  for (const domain of ["Page", "DOM", "Network"]) await send(`${domain}.enable`);
  await send("Emulation.setScriptExecutionDisabled", { value: true });
  await send("Emulation.setDeviceMetricsOverride", screen);
  await send("Emulation.setTouchEmulationEnabled", { enabled: true });

  const documents = new Map<string, number>();
  listeners.add(({ method, params = {} }) => {
    const { requestId, type } = params as { requestId: string; type: string };
    if (method === "Network.requestWillBeSent" && type === "Document") {
      const { request } = params as { request: { method: string; url: string } };
      documents.set(requestId, requests.length);
      requests.push({ method: request.method, url: request.url, headers: {} });
    }
    if (method === "Network.requestWillBeSentExtraInfo" && documents.has(requestId)) {
      const { headers } = params as { headers: Record<string, string> };
      const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
      Object.assign(requests[documents.get(requestId)!]!.headers, Object.fromEntries(lower));
    }
    if (method === "Network.responseReceived" && type === "Document") {
      status = (params as { response: { status: number } }).response.status;
    }
  });

  async function nodeOf(selector: string): Promise<number> {
    const { root } = (await send("DOM.getDocument")) as { root: { nodeId: number } };
    const { nodeId } = (await send("DOM.querySelector", { nodeId: root.nodeId, selector })) as {
      nodeId: number;
    };
    if (nodeId === 0) throw new Error(`the page has no ${selector}`);
    return nodeId;
  }

  const page: PhonePage = {
    async open(url) {
      const loaded = told("Page.loadEventFired");
      await send("Page.navigate", { url });
      await loaded;
    },
    async text() {
      const nodeId = await nodeOf("body");
      const { outerHTML } = (await send("DOM.getOuterHTML", { nodeId })) as { outerHTML: string };
      return outerHTML.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
    },
    async boxOf(selector) {
      const { model } = (await send("DOM.getBoxModel", { nodeId: await nodeOf(selector) })) as {
        model: { border: number[]; width: number; height: number };
      };
      const [x = 0, y = 0] = model.border;
      return { x, y, width: model.width, height: model.height };
    },
    async type(selector, text) {
      await send("DOM.focus", { nodeId: await nodeOf(selector) });
      await send("Input.insertText", { text });
    },
    async tap(selector) {
      await send("DOM.scrollIntoViewIfNeeded", { nodeId: await nodeOf(selector) });
      const { x, y, width, height } = await page.boxOf(selector);
      const loaded = told("Page.loadEventFired");
      const touch = { x: x + width / 2, y: y + height / 2 };
      await send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [touch] });
      await send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      await loaded;
    },
    async screenshot() {
      const { data } = (await send("Page.captureScreenshot", { format: "png" })) as { data: string };
      return Buffer.from(data, "base64");
    },
    status: () => status,
    requests: () => requests,
    async close() {
      socket.terminate();
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return page;
}

/** The address that Chromium prints when it can be spoken to. */
async function debuggerOf(child: ChildProcess): Promise<string> {
  let said = "";
  for await (const chunk of child.stderr!) {
    said += chunk;
    const url = /DevTools listening on (\S+)/.exec(said)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`Chromium ended: ${said}`);
}
