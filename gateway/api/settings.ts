import { z } from "zod";
import { oidcSettings } from "./oidc/settings.ts";

/** Settings of the HTTP API. */
export const apiSettings = z.object({
  host: z.string().default("127.0.0.1").describe("Address that the HTTP server listens on."),
  port: z.int().min(0).max(65_535).default(8080).describe("Port of the HTTP server; 0 picks a free one."),
  bodyBytes: z
    .int()
    .min(1024)
    .default(1_048_576)
    .describe("Longest request body, bytes; a longer one is answered 413."),
  requestTimeoutMs: z.int().min(100).default(15_000).describe("Time for a request to arrive whole, ms."),
  headersTimeoutMs: z.int().min(100).default(10_000).describe("Time for the headers of a request, ms."),
  idleTimeoutMs: z
    .int()
    .min(100)
    .default(65_000)
    .describe("Time that a kept-alive connection may be idle, ms."),
  connections: z
    .int()
    .min(1)
    .default(20_000)
    .describe(
      "Most open connections of the HTTP port, and again of the HTTPS port, WebSockets included; more are closed at once.",
    ),
  requestsPerSecond: z
    .number()
    .positive()
    .default(200)
    .describe("Requests a second that one address may make on average; more are answered 429."),
  requestsBurst: z
    .int()
    .min(1)
    .default(1000)
    .describe("Requests that one address may make at once before the rate holds."),
  rateAddresses: z
    .int()
    .min(1)
    .default(10_000)
    .describe("Addresses whose rate is remembered; beyond it the one seen longest ago is forgotten."),
  claimsPerMinute: z
    .int()
    .min(1)
    .default(30)
    .describe("Claim codes that one address may try in a minute; more are answered 429."),
  claimsPerMinuteInAll: z
    .int()
    .min(1)
    .default(600)
    .describe("Claim codes that all addresses together may try in a minute; more are answered 429."),
  mqttHost: z
    .string()
    .min(1)
    .optional()
    .describe("Host that claimed devices are told to connect to; without it the one that they claimed at."),
  mqttPort: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe("Port that claimed devices are told to connect to; without it the one that MQTT listens on."),
  previewMs: z
    .int()
    .min(100)
    .default(10_000)
    .describe(
      "Longest time that other numbers of a rule are tried on the past, ms; devices that are left then are named as skipped.",
    ),
  trustProxy: z
    .array(z.string())
    .default([])
    .describe("Addresses of reverse proxies whose X-Forwarded-For, -Proto and -Host are believed."),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    // Pages lie at fixed paths: an address with a path of its own, a query or a log-in in it would lead nowhere.
    .regex(
      /^https?:\/\/[^/?#@\\\s]+\/?$/i,
      "must be a scheme and a host alone, such as https://linli.example.com",
    )
    .optional()
    .describe(
      "Address under which people reach the gateway, for the links it gives out and as an origin of its pages; what their browser says when absent. Notifications carry no links without it.",
    ),
  answerLinkMs: z
    .int()
    .min(60_000)
    .default(2 * 3_600_000)
    .describe("How long the link of a notification can be used to answer its alarm, ms (2 h)."),
  origins: z
    .array(z.url())
    .default([])
    .describe(
      "Further origins whose pages may call with a session cookie, where a proxy changes the host name.",
    ),
  loginTries: z
    .int()
    .min(1)
    .default(10)
    .describe(
      "Wrong log-ins at once, for one log-in name and for one known browser; three times as many for one address.",
    ),
  loginTriesPerMinute: z
    .number()
    .positive()
    .default(2)
    .describe("Wrong log-ins a minute after that; more are answered 429."),
  inviteMs: z
    .int()
    .min(60_000)
    .default(7 * 86_400_000)
    .describe("How long an invitation can be used, ms (7 days)."),
  resetMs: z
    .int()
    .min(60_000)
    .default(86_400_000)
    .describe("How long a link to set a new password can be used, ms (a day)."),
  metricsOpen: z
    .enum(["loopback", "token", "everyone"])
    .default("loopback")
    .describe("Who may read /metrics without a token: only this machine, nobody, or everyone."),
  docs: z.boolean().default(true).describe("Serve the browsable documentation at /docs."),
  snapshotDevices: z
    .int()
    .min(1)
    .max(10_000)
    .default(1000)
    .describe("Most devices in a stream's snapshot; the rest is read from the device list."),
  snapshotAlerts: z
    .int()
    .min(1)
    .max(10_000)
    .default(500)
    .describe("Most open alerts in a stream's snapshot; the rest is read from the alert list."),
  importRows: z
    .int()
    .min(1)
    .default(10_000)
    .describe("Most devices in one import; a longer file is refused."),
  oidc: oidcSettings.prefault({}),
  closeGraceMs: z
    .int()
    .min(0)
    .default(2000)
    .describe("Time that open requests have to end when the server closes, ms; then they are cut."),
});

/** Parsed settings of the HTTP API. */
export type ApiSettings = z.infer<typeof apiSettings>;
