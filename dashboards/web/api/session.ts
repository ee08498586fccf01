import { shallowRef } from "vue";
import type { WhoAmI } from "../../../gateway/api/contract.ts";
import { call, get, goToLogin } from "./client.ts";

/** Who uses this screen; undefined until it is known. */
export const session = shallowRef<WhoAmI>();

/** Asks who uses the screen; without a session the browser goes to the log-in page. Throws `ApiError`. */
export async function openSession(): Promise<void> {
  session.value = await get<WhoAmI>("/session");
}

/**
 * Whether the person may call an operation, by its id in the API document, at a site; without a site, anywhere. What he may
 * not is not shown; the gateway decides once more when it is called.
 */
export function may(operation: string, site?: string): boolean {
  const sites = session.value?.may[operation];
  if (sites === undefined) return false;
  return sites === null || site === undefined || sites.includes(site);
}

/** Ends the session and shows the log-in page. */
export async function logOut(): Promise<void> {
  await call("DELETE", "/session").catch(() => undefined);
  session.value = undefined;
  goToLogin();
}
