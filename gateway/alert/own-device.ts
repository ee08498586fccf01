import type { DeviceName } from "../types.ts";

/** The name under which the gateway raises alerts about itself; it is in no registry. */
export const ownDevice: DeviceName = "gateway/gateway/self";
