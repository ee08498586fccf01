import { GatewayError } from "../../errors.ts";
import type { App } from "../app.ts";
import { mqttPlaceOf } from "../mqtt-place.ts";
import type { ApiParts } from "../parts.ts";
import { createRateLimit } from "../rate.ts";
import { claim, claimed } from "../schemas/credentials.ts";
import { problems } from "../schemas/problem.ts";

type Parts = Pick<ApiParts, "access" | "clock" | "log" | "metrics" | "mqttDoor" | "settings">;

/** The one door for somebody without a token: a code from a label is exchanged for a device's password. */
export function claimRoutes(app: App, { access, clock, log, metrics, mqttDoor, settings }: Parts): void {
  const claims = metrics.countBy("claims", "Claim codes that were tried, by what came of it", "result");
  const counted = (result: string) => ({ add: () => claims.add(result) });
  const perAddress = createRateLimit({
    limits: () => ({ ...perMinute(settings.claimsPerMinute), keys: settings.rateAddresses }),
    clock,
    refused: counted("address-limit"),
  });
  const inAll = createRateLimit({
    limits: () => ({ ...perMinute(settings.claimsPerMinuteInAll), keys: 1 }),
    clock,
    refused: counted("limit"),
  });

  app.post(
    "/api/v1/claims",
    {
      schema: {
        operationId: "claimDevice",
        tags: ["devices"],
        summary: "Exchange a claim code for a device's password",
        description:
          "Needs no token. Works once; 404 for a code that is unknown, used or expired, which is not told apart. The password travels in the answer: over plain HTTP only in a network that nobody listens to.",
        security: [],
        body: claim,
        response: { 200: claimed, ...problems(400, 404) },
      },
      onRequest: async (request) => {
        if (perAddress.take(request.ip) && inAll.take("")) return;
        throw new GatewayError("limit-reached", "too many claim codes were tried; wait a minute", {
          retryable: true,
        });
      },
    },
    async ({ body, ip, protocol }) => {
      const found = access.devices.claim(body.code);
      if (found === undefined) {
        claims.add("refused");
        log.debug({ address: ip }, "claim code refused");
        throw new GatewayError(
          "not-found",
          "this code is unknown, used or expired; the office can make a new one",
        );
      }
      claims.add("claimed");
      const { site, kind, id, credentials } = found;
      log.info({ address: ip, device: `${site}/${kind}/${id}` }, "device claimed");
      const mqtt = mqttPlaceOf({ mqttDoor, settings }, `${site}/${kind}/${id}`, protocol);
      return { site, kind, id, ...credentials, mqtt };
    },
  );
}

function perMinute(count: number): { perSecond: number; burst: number } {
  return { perSecond: count / 60, burst: count };
}
