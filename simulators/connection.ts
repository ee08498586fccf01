import { connect, type IClientOptions, type MqttClient } from "mqtt";
import { trustHint } from "../client/trust.ts";
import { GatewayError, messageOf } from "../gateway/errors.ts";
import { maskUrl } from "./mask-url.ts";
import type { SimulatorSettings } from "./settings.ts";

/** One message on its way to a broker. */
export interface Outgoing {
  readonly topic: string;
  readonly payload: Buffer | string;
  readonly qos: 0 | 1 | 2;
  readonly retain?: boolean;
}

/** What is needed to open a connection. */
export interface ConnectionOptions {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  readonly url: string;
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly will?: Outgoing | undefined;
  readonly subscribe?: readonly string[];
  readonly protocolVersion?: 3 | 4 | 5;
  readonly random: () => number;
  readonly settings: SimulatorSettings;
  readonly onMessage?: (topic: string, payload: Buffer) => void;
  /** Called after each CONNACK with success, the first included. */
  readonly onConnect?: () => void;
}

/** One MQTT client: keeps a window of unacknowledged messages, comes back by itself, and sends those again in order. */
export interface Connection {
  /** Settles once: when first connected, or with `broker-refused` when the first attempt fails. */
  readonly ready: Promise<void>;
  isConnected(): boolean;
  /** `done` is called when the broker acknowledged, or with what went wrong. Over the backlog it is `limit-reached` at once. */
  send(message: Outgoing, done?: (failure?: Error) => void): void;
  /** Same as `send`, as a promise. */
  publish(message: Outgoing): Promise<void>;
  /** Messages sent or waiting that are not acknowledged. */
  outstanding(): number;
  /** True when a message would leave at once. */
  hasRoom(): boolean;
  /** Resolves when `hasRoom`, or the connection ended. */
  room(): Promise<void>;
  /** How often the connection was lost. */
  losses(): number;
  /** Why the last attempt failed, if it did. */
  failure(): string | undefined;
  /** Cuts the wire as a bad network does; comes back after the back-off. */
  cut(): void;
  /** Ends for good without DISCONNECT, as a power cut does; what was outstanding is given up. */
  drop(): Promise<void>;
  /** Waits for acknowledgements up to `drainMs`, then sends DISCONNECT. */
  end(): Promise<void>;
}

/** Opens a connection in the background; see `Connection.ready`. */
export function openConnection(options: ConnectionOptions): Connection {
  const { settings, random } = options;
  let attempts = 0;
  let losses = 0;
  let ended = false;
  let failure: string | undefined;
  const inFlight = new Set<(failure?: Error) => void>();
  const waiting: { message: Outgoing; done: (failure?: Error) => void }[] = [];
  const roomWaiters: (() => void)[] = [];
  const client = connect(options.url, clientOptions(options));
  // Subscriptions and status messages of a fleet each listen once; the default of 10 would warn.
  client.setMaxListeners(0);

  const ready = new Promise<void>((resolve, reject) => {
    client.once("connect", () => resolve());
    client.once("error", (error) => reject(refusal(options, error)));
    client.once("close", () => reject(refusal(options, new Error(failure ?? "connection closed"))));
  });
  ready.catch(() => {});

  client.on("connect", () => {
    attempts = 0;
    failure = undefined;
    options.onConnect?.();
  });
  client.on("error", (error) => {
    failure = reasonOf(error);
  });
  client.on("close", () => {
    if (attempts === 0 && !ended) losses++;
    attempts++;
    // mqtt.js reads the period when it arms its timer, so this is the wait of the attempt after the next one.
    client.options.reconnectPeriod = backoffMs(settings, random, attempts);
  });
  if (options.onMessage !== undefined) client.on("message", options.onMessage);
  subscribeOnce(client, options.subscribe ?? []);

  function sendNow(message: Outgoing, done: (failure?: Error) => void): void {
    const settle = (failure?: Error) => {
      if (!inFlight.delete(settle)) return;
      done(failure);
      while (inFlight.size < settings.window && waiting.length > 0) {
        const next = waiting.shift() as (typeof waiting)[number];
        sendNow(next.message, next.done);
      }
      if (inFlight.size < settings.window) for (const wake of roomWaiters.splice(0)) wake();
    };
    inFlight.add(settle);
    hand(message, settle);
  }

  function hand(message: Outgoing, done: (failure?: Error) => void): void {
    const { topic, payload, qos, retain = false } = message;
    client.publish(topic, payload, { qos, retain }, (error) => {
      // mqtt.js gives up what was handed to it while it sent older messages again and the wire broke once more. A device
      // does not. Not at once: it would go into the list that mqtt.js is just emptying.
      if (error?.message === "Connection closed" && qos > 0 && !ended)
        queueMicrotask(() => hand(message, done));
      else done(error ?? undefined);
    });
  }

  function send(message: Outgoing, done: (failure?: Error) => void = () => {}): void {
    if (ended) done(new GatewayError("broker-refused", `connection ${options.clientId} has ended`));
    else if (inFlight.size < settings.window) sendNow(message, done);
    else if (waiting.length < settings.backlog) waiting.push({ message, done });
    else {
      const full = `${settings.backlog} messages wait already`;
      done(new GatewayError("limit-reached", full, { retryable: true }));
    }
  }

  /** mqtt.js never calls back for what was outstanding when it is ended by force. */
  function giveUp(): void {
    ended = true;
    const gone = new GatewayError("broker-refused", `connection ${options.clientId} has ended`);
    for (const { done } of waiting.splice(0)) done(gone);
    for (const settle of [...inFlight]) settle(gone);
    for (const wake of roomWaiters.splice(0)) wake();
  }

  return {
    ready,
    isConnected: () => client.connected,
    send,
    publish: (message) =>
      new Promise((resolve, reject) => {
        send(message, (error) => (error === undefined ? resolve() : reject(error)));
      }),
    outstanding: () => inFlight.size + waiting.length,
    hasRoom: () => inFlight.size < settings.window,
    room: () =>
      ended || inFlight.size < settings.window
        ? Promise.resolve()
        : new Promise((wake) => roomWaiters.push(wake)),
    losses: () => losses,
    failure: () => failure,
    cut: () => void client.stream.destroy(),
    drop: async () => {
      giveUp();
      await client.endAsync(true);
    },
    end: async () => {
      const until = Date.now() + settings.drainMs;
      while (client.connected && inFlight.size + waiting.length > 0 && Date.now() < until) await wait(10);
      const isDrained = inFlight.size === 0;
      giveUp();
      await client.endAsync(!client.connected || !isDrained);
    },
  };
}

function clientOptions(options: ConnectionOptions): IClientOptions {
  const { settings, will } = options;
  return {
    clientId: options.clientId,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(will === undefined
      ? {}
      : {
          will: {
            topic: will.topic,
            payload: Buffer.from(will.payload as string),
            qos: will.qos,
            retain: will.retain ?? false,
          },
        }),
    protocolVersion: options.protocolVersion ?? 4,
    clean: true,
    keepalive: settings.keepaliveS,
    connectTimeout: settings.connectTimeoutMs,
    reconnectPeriod: backoffMs(settings, options.random, 1),
    reconnectOnConnackError: true,
    resubscribe: true,
    queueQoSZero: false,
  };
}

function subscribeOnce(client: MqttClient, filters: readonly string[]): void {
  if (filters.length === 0) return;
  client.once("connect", () => client.subscribe([...filters], { qos: 1 }, () => {}));
}

/** Doubles from the least to the longest wait; half of it is chance, so that a herd spreads. */
function backoffMs(settings: SimulatorSettings, random: () => number, attempt: number): number {
  const full = Math.min(settings.backoffMaxMs, settings.backoffMinMs * 2 ** Math.min(attempt - 1, 16));
  return Math.max(1, Math.round(full / 2 + (full / 2) * random()));
}

function refusal(options: ConnectionOptions, error: Error): GatewayError {
  const url = maskUrl(options.url);
  return new GatewayError(
    "broker-refused",
    `broker ${url} refused "${options.clientId}": ${reasonOf(error)}`,
    {
      cause: error,
      retryable: true,
    },
  );
}

/** Node's errors for refused connections may have an empty message and only a code. */
function reasonOf(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ECONNREFUSED") return "nothing listens there (connection refused)";
  if (code === "ENOTFOUND") return "the host name is unknown";
  return trustHint(error) ?? (messageOf(error) || String(code));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
