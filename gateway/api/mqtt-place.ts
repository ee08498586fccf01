import type { DeviceName } from "../types.ts";
import type { ApiParts } from "./parts.ts";

/** Where a device connects to and publishes. `protocol` is that of the request: who came by TLS is told the door with TLS. */
export function mqttPlaceOf(
  { mqttDoor, settings }: Pick<ApiParts, "mqttDoor" | "settings">,
  device: DeviceName,
  protocol: string,
) {
  const door = mqttDoor(protocol === "https");
  const host = settings.mqttHost === undefined ? {} : { host: settings.mqttHost };
  return { ...host, port: settings.mqttPort ?? door.port, tls: door.tls, topic: `linli/v1/${device}` };
}
