import { lookup as systemLookup } from "node:dns/promises";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Clock } from "../clock.ts";
import { GatewayError, messageOf } from "../errors.ts";
import { isWithin, parseRange, type Range, reachOf } from "./address.ts";
import type { NotifySettings } from "./settings.ts";

/** What a target answered. */
export interface OutboundAnswer {
  readonly status: number;
  /** Its first `notify.answerBytes` bytes. */
  readonly body: Buffer;
  /** Where a redirect would have led. */
  readonly location: string | undefined;
  /** Its header `Retry-After` as it stands there. */
  readonly retryAfter: string | undefined;
}

/** The one way out to targets that people configured. */
export interface Outbound {
  /**
   * Sends one POST. Rejects with `notify-failed`: not retryable when the target is not allowed, retryable when it does not
   * answer in `notify.timeoutMs` or its name cannot be resolved. Redirects are not followed, they are answers.
   */
  post(
    url: string,
    message: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  ): Promise<OutboundAnswer>;
  /**
   * The addresses of a host, all of them checked, for what speaks another protocol than HTTP; a caller connects to one of these and
   * resolves nothing again. Rejects as `post` does. `isPlain`: nothing will be encrypted.
   */
  addressesOf(host: string, isPlain: boolean): Promise<readonly Address[]>;
  /** Fetches with GET, under the same rules. */
  get(url: string): Promise<OutboundAnswer>;
}

/** An address that a name has. */
export interface Address {
  readonly address: string;
  /** 4 or 6. */
  readonly family: number;
}

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly Address[]>;

interface OutboundParts {
  readonly settings: Pick<NotifySettings, "allowedHosts" | "timeoutMs" | "answerBytes">;
  readonly clock: Pick<Clock, "after">;
  /** The system's resolver unless a test says otherwise. */
  readonly resolve?: Resolve;
}

/**
 * Makes the guard: https only, and no address inside of this machine, its networks or its cloud, unless the settings list the
 * host. The name is resolved once, and the connection goes to the very addresses that were checked.
 */
export function createOutbound({ settings, clock, resolve = systemResolve }: OutboundParts): Outbound {
  const allowed = readAllowed(settings.allowedHosts);

  async function addressesOf(host: string, isPlain: boolean, plain: string): Promise<readonly Address[]> {
    const isNamed = allowed.names.has(host);
    if (isPlain && !isListed(host, allowed)) {
      throw forbidden(host, `plain ${plain} is only for hosts in notify.allowedHosts`);
    }
    const family = isIP(host);
    const found = family === 0 ? await resolveOrFail(host) : [{ address: host, family }];
    // One bad address among good ones is what an attacker answers, who hopes that it is taken another time.
    for (const { address } of found) {
      const reach = reachOf(address);
      const isFine = reach === "public" || (reach === "local" && isNamed);
      if (isFine || allowed.ranges.some((range) => isWithin(address, range))) continue;
      const place = address === host ? "it" : `its address ${address}`;
      throw forbidden(
        host,
        `${place} is not in the internet; list the host in notify.allowedHosts if it is meant`,
      );
    }
    return found;
  }

  async function resolveOrFail(host: string): Promise<readonly Address[]> {
    try {
      const found = await resolve(host);
      if (found.length > 0) return found;
    } catch (cause) {
      throw unreachable(host, `its name cannot be resolved (${messageOf(cause)})`, cause);
    }
    throw unreachable(host, "its name has no address");
  }

  /** Does something with a host that must be over in time. */
  async function inTime<T>(host: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const over = new AbortController();
    const stop = clock.after(settings.timeoutMs, () => over.abort());
    try {
      return await work(over.signal);
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      const reason = over.signal.aborted ? `no answer in ${settings.timeoutMs} ms` : messageOf(error);
      throw unreachable(host, reason, error);
    } finally {
      stop();
    }
  }

  async function send(text: string, message: Pick<Exchange, "method" | "headers" | "body">) {
    const url = readUrl(text);
    const host = bareHost(url);
    return inTime(host, async (signal) => {
      const found = addressesOf(host, url.protocol !== "https:", "HTTP");
      const addresses = await orAborted(found, signal);
      return exchange({ url, addresses, ...message, signal, most: settings.answerBytes });
    });
  }

  return {
    post: (text, message) => send(text, { method: "POST", ...message }),
    get: (text) => send(text, { method: "GET", headers: {}, body: "" }),
    async addressesOf(host, isPlain) {
      const bare = host.toLowerCase().replace(/\.$/, "");
      return inTime(host, (signal) => orAborted(addressesOf(bare, isPlain, "text"), signal));
    },
  };
}

/** Hosts that may be inside; the names in lower case. */
interface Allowed {
  readonly names: ReadonlySet<string>;
  readonly ranges: readonly Range[];
}

/** Reads the list of the settings. */
export function readAllowed(hosts: readonly string[]): Allowed {
  const ranges = hosts.flatMap((host) => parseRange(host) ?? []);
  const names = hosts.filter((host) => parseRange(host) === undefined).map((host) => host.toLowerCase());
  return { names: new Set(names), ranges };
}

/** Whether a URL's host is listed itself, by name or address. */
export function isListed(host: string, { names, ranges }: Allowed): boolean {
  return names.has(host) || (isIP(host) !== 0 && ranges.some((range) => isWithin(host, range)));
}

/** A URL's host as it is resolved and compared: without brackets and the root's dot. */
export function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new GatewayError("notify-failed", "the target's address is no http or https URL");
  }
  if (url.username !== "" || url.password !== "")
    throw forbidden(bareHost(url), "its URL carries a password");
  return url;
}

function exchange({
  url,
  addresses,
  method,
  headers,
  body,
  signal,
  most,
}: Exchange): Promise<OutboundAnswer> {
  const answered = Promise.withResolvers<OutboundAnswer>();
  const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, {
    method,
    headers: { ...headers, "content-length": Buffer.byteLength(body) },
    signal,
    lookup: only(addresses),
    // A connection of its own: one that is kept would outlive the check of its address.
    agent: false,
  });
  request.on("error", answered.reject);
  request.on("response", (response: IncomingMessage) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (): void => {
      const { statusCode = 0, headers } = response;
      answered.resolve({
        status: statusCode,
        body: Buffer.concat(chunks).subarray(0, most),
        location: headers.location,
        retryAfter: headers["retry-after"],
      });
      request.destroy();
    };
    response.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= most) finish();
    });
    response.on("end", finish);
    response.on("error", answered.reject);
  });
  request.end(body);
  return answered.promise;
}

interface Exchange {
  readonly url: URL;
  readonly addresses: readonly Address[];
  readonly method: "POST" | "GET";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  /** Bytes of the answer that are read. */
  readonly most: number;
}

/** A resolver that knows nothing but what was checked, so that the name cannot lead elsewhere by now. */
function only(addresses: readonly Address[]): LookupFunction {
  return (_host, { all }, done) => {
    if (all === true) done(null, [...addresses]);
    else done(null, addresses[0]!.address, addresses[0]!.family);
  };
}

const systemResolve: Resolve = (host) => systemLookup(host, { all: true });

/** A resolver cannot be interrupted, but it need not be waited for. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}

function forbidden(host: string, reason: string): GatewayError {
  return new GatewayError("notify-failed", `nothing is sent to ${host}: ${reason}`);
}

function unreachable(host: string, reason: string, cause?: unknown): GatewayError {
  return new GatewayError("notify-failed", `${host} did not take it: ${reason}`, { cause, retryable: true });
}
