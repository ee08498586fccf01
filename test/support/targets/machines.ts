import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { objectIn, openPlatform, type Platform } from "./platform.ts";

/** A receiver of Standard Webhooks that checks signature, time and form as its libraries do. */
export function openReceiver({ secret, now }: { secret: string; now: () => number }): Promise<Platform> {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return openPlatform((got) => {
    const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": given } = got.headers;
    const expected = createHmac("sha256", key).update(`${id}.${timestamp}.${got.body}`).digest();
    const signature = Buffer.from(String(given).replace(/^v1,/, ""), "base64");
    const isSigned = signature.length === expected.length && timingSafeEqual(signature, expected);
    if (!isSigned || Math.abs(Number(timestamp) * 1000 - now()) > 300_000)
      return { taken: false, status: 401 };
    const event = z
      .looseObject({
        specversion: z.literal("1.0"),
        id: z.literal(String(id)),
        source: z.string(),
        type: z.string(),
      })
      .safeParse(objectIn(got));
    return event.success ? { taken: true, status: 204 } : { taken: false, status: 400 };
  });
}

const label = z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string());

/** `postableAlerts` of https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
const postableAlerts = z.array(
  z.strictObject({
    labels: label.refine((labels) => labels.alertname !== undefined && labels.alertname !== ""),
    annotations: label.optional(),
    startsAt: z.iso.datetime().optional(),
    endsAt: z.iso.datetime().optional(),
    generatorURL: z.url().optional(),
  }),
);

/** An Alertmanager behind basic authentication. */
export function openAlertmanager({ password }: { password: string }): Promise<Platform> {
  const authorization = `Basic ${Buffer.from(`linli:${password}`).toString("base64")}`;
  return openPlatform((got) => {
    if (got.url.pathname !== "/am/api/v2/alerts") return { taken: false, status: 404 };
    if (got.headers.authorization !== authorization)
      return { taken: false, status: 401, body: "Unauthorized" };
    const alerts = postableAlerts.safeParse(objectIn(got));
    const isSane =
      alerts.success &&
      alerts.data.every(
        ({ startsAt, endsAt }) => startsAt === undefined || endsAt === undefined || startsAt <= endsAt,
      );
    if (!isSane) return { taken: false, status: 400, body: '"bad request"' };
    return { taken: true, status: 200 };
  });
}

/** A provider of SMS: it wants its key in a header, a number and a text of 300 characters at most. */
export function openSmsProvider({ secret }: { secret: string }): Promise<Platform> {
  return openPlatform((got) => {
    if (got.headers.authorization !== `AppKey ${secret}`) {
      return { taken: false, status: 401, body: { result: { code: "DENIED" } } };
    }
    const isForm = got.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
    const given: unknown = isForm ? Object.fromEntries(new URLSearchParams(got.body)) : objectIn(got);
    const message = z
      .looseObject({
        mobile: z.string().regex(/^\+?\d{3,20}$/),
        content: z.string().refine((text) => [...text].length <= 300),
      })
      .safeParse(given);
    return { taken: message.success, body: { result: { code: message.success ? "OK" : "INVALID" } } };
  });
}
