import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import type { KnownDevice } from "../../types.ts";
import type { App } from "../app.ts";
import { deviceOf, siteOf } from "../lookup.ts";
import { mqttPlaceOf } from "../mqtt-place.ts";
import type { ApiParts } from "../parts.ts";
import { presentKeyState, presentRotated } from "../present/credentials.ts";
import {
  claimCodeOrder,
  claimCodes,
  claimOffer,
  keyState,
  rotatedDevice,
  rotatedDevices,
  rotation,
  siteRotation,
} from "../schemas/credentials.ts";
import { problems } from "../schemas/problem.ts";
import { deviceId, id, iso } from "../schemas/shared.ts";

const tags = ["devices"];
const params = z.object({ site: id, id: deviceId });
const site = z.object({ site: id });
const url = "/api/v1/sites/:site/devices/:id/credentials";

/** MqttPasswords and claim codes of devices: rotation, revocation, codes for installers. */
export function credentialRoutes(
  app: App,
  parts: Pick<ApiParts, "registry" | "access" | "mqttDoor" | "settings">,
): void {
  const { registry, access } = parts;

  app.post(
    `${url}/rotate`,
    {
      schema: {
        operationId: "rotateCredentials",
        tags,
        summary: "Give a device a new password",
        description:
          "The old one holds for `overlapS`, at most until the first connection with the new one; with 0 it stops at once and its connection ends. An open claim code ends. When the present password was never used it is replaced, and the one in use holds on.",
        params,
        body: rotation,
        response: { 200: rotatedDevice, ...problems(400, 404) },
      },
    },
    async ({ params, body, protocol }) => {
      const known = deviceOf(parts, params.site, params.id);
      const [made] = access.devices.rotate([known], body?.overlapS);
      return { ...presentRotated(made!), mqtt: mqttPlaceOf(parts, known.device, protocol) };
    },
  );

  app.post(
    `${url}/revoke`,
    {
      schema: {
        operationId: "revokeCredentials",
        tags,
        summary: "Shut a device out",
        description:
          "Its connection ends at once, its will and kept session are dropped, its claim code ends. It stays registered, and comes back with a rotation or a new claim code.",
        params,
        response: { 200: keyState, ...problems(400, 404) },
      },
    },
    async ({ params }) => {
      const known = deviceOf(parts, params.site, params.id);
      access.devices.revoke(known);
      return presentKeyState(access.devices.state(known));
    },
  );

  app.post(
    `${url}/claim-code`,
    {
      schema: {
        operationId: "makeClaimCode",
        tags,
        summary: "Make a claim code for a device",
        description: "The last code ends. A password holds until the code is used, and ends then.",
        params,
        response: { 200: claimOffer, ...problems(400, 404) },
      },
    },
    async ({ params }) => {
      const [{ code, expiresAt }] = access.devices.makeCodes([deviceOf(parts, params.site, params.id)]) as [
        { code: string; expiresAt: number },
      ];
      return { code, expiresAt: iso(expiresAt) };
    },
  );

  app.post(
    "/api/v1/sites/:site/credentials/rotate",
    {
      schema: {
        operationId: "rotateSiteCredentials",
        tags,
        summary: "Give many devices new passwords",
        description:
          "As with one device; all or none. Devices without a password (revoked, not claimed) are left as they are and named in `skipped`.",
        params: site,
        body: siteRotation.meta({ examples: [{ ids: ["bin-0012"], overlapS: 86_400 }] }),
        response: { 200: rotatedDevices, ...problems(400, 404) },
      },
    },
    async ({ params, body }) => {
      const asked = devicesOf(siteOf(parts, params.site).id, body.ids);
      const devices = asked.filter(access.devices.hasPassword);
      const made = access.devices.rotate(devices, body.overlapS);
      return {
        items: made.map((one, at) => ({ device: devices[at]!.device, ...presentRotated(one) })),
        skipped: asked.filter((device) => !access.devices.hasPassword(device)).map(({ device }) => device),
      };
    },
  );

  app.post(
    "/api/v1/sites/:site/claim-codes",
    {
      schema: {
        operationId: "makeClaimCodes",
        tags,
        summary: "Make claim codes for labels",
        description:
          "For the devices in `ids`; without it for all that wait to be claimed, of the given kind and building. Codes are not kept, so each call makes new ones and the last ones end.",
        params: site,
        body: claimCodeOrder,
        response: { 200: claimCodes, ...problems(400, 404) },
      },
    },
    async ({ params, body }) => {
      const { id } = siteOf(parts, params.site);
      const { ids, kind, building } = body ?? {};
      const devices = devicesOf(id, ids ?? access.devices.unclaimed(id)).filter(
        (known) =>
          (kind === undefined || known.kind === kind) &&
          (building === undefined || known.building === building),
      );
      const made = access.devices.makeCodes(devices);
      return {
        items: made.map(({ code, expiresAt }, at) => {
          const { device, name, building } = devices[at]!;
          return { device, name, building: building ?? null, code, expiresAt: iso(expiresAt) };
        }),
      };
    },
  );

  /** Each once. Throws `not-found` that names the first that is not there. */
  function devicesOf(site: string, ids: readonly string[]): KnownDevice[] {
    return [...new Set(ids)].map((id) => {
      const known = registry.deviceAt(site, id);
      if (known === undefined) {
        throw new GatewayError("not-found", `site "${site}" has no device "${id}"`, { path: "ids" });
      }
      return known;
    });
  }
}
