import type { Device } from "../types.ts";
import type { DeviceFault } from "./device-check.ts";

/** Most devices on the way from a device up to the one that hangs on nothing. */
const maxDepth = 16;

/** Why the parent of a device cannot be: it is missing, or hangs on the device itself. Undefined when all is well. */
export function findFamilyFault(
  device: Device,
  find: (id: string) => Device | undefined,
): DeviceFault | undefined {
  const refuse = (message: string): DeviceFault => ({ code: "invalid-request", path: "parent", message });
  const way = [device.id];
  for (let id = device.parent; id !== undefined; id = find(id)?.parent) {
    if (find(id) === undefined) {
      // A missing one further up is the fault of another row.
      return way.length > 1 ? undefined : refuse(`there is no device ${id} in site ${device.site}`);
    }
    way.push(id);
    if (id === device.id) return refuse(`a device cannot hang on itself: ${way.join(" → ")}`);
    if (way.length > maxDepth) return refuse(`more than ${maxDepth} devices in a row: ${way.join(" → ")}`);
  }
  return undefined;
}
