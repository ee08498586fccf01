import { z } from "zod";
import type { App } from "../app.ts";
import { deviceOf, siteOf } from "../lookup.ts";
import { mqttPlaceOf } from "../mqtt-place.ts";
import type { ApiParts } from "../parts.ts";
import { presentHandover } from "../present/credentials.ts";
import { presentDevice, presentDeviceItem, presentReadings } from "../present/device.ts";
import {
  deviceChange,
  deviceDetail,
  deviceItem,
  newDevice,
  readingItem,
  registeredDevice,
} from "../schemas/device.ts";
import { problems } from "../schemas/problem.ts";
import { deviceId, id, kindName, pageOf, paging } from "../schemas/shared.ts";

const tags = ["devices"];
const site = z.object({ site: id });
const params = z.object({ site: id, id: deviceId });
const url = "/api/v1/sites/:site/devices/:id";

/** Devices: registration, search, and what they say now. */
export function deviceRoutes(
  app: App,
  parts: Pick<ApiParts, "registry" | "access" | "twins" | "book" | "mqttDoor" | "settings">,
): void {
  const { registry } = parts;

  app.get(
    "/api/v1/sites/:site/devices",
    {
      schema: {
        operationId: "listDevices",
        tags,
        summary: "Search the devices of a site",
        description: "Each with its summary values, presence and worst open alert.",
        params: site,
        querystring: z.strictObject({
          ...paging,
          kind: kindName.optional(),
          building: z.string().max(128).optional(),
          parent: deviceId.optional().describe("Only devices that hang on this one."),
          text: z.string().max(128).optional().describe("Part of the id or name."),
        }),
        response: { 200: pageOf(deviceItem), ...problems(400, 404) },
      },
    },
    async ({ params, query }) => {
      const page = registry.search({ ...query, site: siteOf(parts, params.site).id });
      return { items: page.items.map((known) => presentDeviceItem(parts, known)), next: page.next ?? null };
    },
  );

  app.post(
    "/api/v1/sites/:site/devices",
    {
      schema: {
        operationId: "addDevice",
        tags,
        summary: "Register a device",
        description:
          "Answers the MQTT credentials once, or with `claim` the code that an installer exchanges for them. `{site}/{id}` is unique over all kinds.",
        params: site,
        body: newDevice,
        response: { 201: registeredDevice, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body, protocol }, reply) => {
      const { device, ...handover } = registry.addDevice(siteOf(parts, params.site).id, body);
      return reply
        .code(201)
        .header("location", `/api/v1/sites/${device.site}/devices/${device.id}`)
        .send({
          device: presentDevice(parts, device),
          ...presentHandover(handover),
          mqtt: mqttPlaceOf(parts, device.device, protocol),
        });
    },
  );

  app.get(
    url,
    {
      schema: {
        operationId: "getDevice",
        tags,
        summary: "A device and its twin",
        description: "The latest value of every field with unit, time and quality.",
        params,
        response: { 200: deviceDetail, ...problems(400, 404) },
      },
    },
    async ({ params }) => presentDevice(parts, deviceOf(parts, params.site, params.id)),
  );

  app.patch(
    url,
    {
      schema: {
        operationId: "updateDevice",
        tags,
        summary: "Change a device",
        description: "Only what is given changes; null removes. Kind and id never change.",
        params,
        body: deviceChange,
        response: { 200: deviceDetail, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body }) => {
      const { device } = deviceOf(parts, params.site, params.id);
      // To the registry a key that is present and undefined means: remove.
      const change = Object.fromEntries(
        Object.entries(body).map(([key, given]) => [key, given ?? undefined]),
      );
      return presentDevice(parts, registry.updateDevice(device, change));
    },
  );

  app.delete(
    url,
    {
      schema: {
        operationId: "removeDevice",
        tags,
        summary: "Remove a device",
        description: "Its credentials stop at once and its open alerts are cleared.",
        params,
        response: { 204: z.undefined().describe("Removed."), ...problems(400, 404, 409) },
      },
    },
    async ({ params }, reply) => {
      registry.removeDevice(deviceOf(parts, params.site, params.id).device);
      return reply.code(204).send();
    },
  );

  app.get(
    `${url}/readings`,
    {
      schema: {
        operationId: "listReadings",
        tags,
        summary: "The latest value of each field",
        params,
        response: { 200: pageOf(readingItem), ...problems(400, 404) },
      },
    },
    async ({ params }) => ({
      items: presentReadings(parts, deviceOf(parts, params.site, params.id)),
      next: null,
    }),
  );
}
