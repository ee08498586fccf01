import type { CredentialEvent } from "./broker/contract.ts";
import type { Audit } from "./state/audit/contract.ts";
import type { Registry } from "./state/contract.ts";
import type { Principal } from "./types.ts";

/** Tells the audit trail what happens to MQTT credentials; refusals are counted where they come in floods. */
export function createCredentialAudit(
  audit: Pick<Audit, "note" | "noteOften">,
  registry: Pick<Registry, "site">,
): (event: CredentialEvent) => void {
  return (event) => {
    if (event.what === "refused") {
      const { username, address, reason, clientId } = event;
      const site = username?.includes("/") ? registry.site(username.split("/", 1)[0]!)?.id : undefined;
      const target = username === undefined ? undefined : `user:${username}`;
      const facts = { by: "nobody", via: "device", address, site, target, detail: { clientId } } as const;
      audit.noteOften({ ...facts, action: "mqtt-refused", outcome: "refused", code: reason });
      return;
    }
    const { site, target } = placeOf(event.principal);
    const facts = { by: "system", via: "system", site, target, outcome: "done" } as const;
    if (event.what === "banned") {
      const { address, clientId } = event;
      audit.note({ ...facts, address, action: "mqtt-banned", detail: { clientId } });
    } else {
      audit.note({ ...facts, action: "mqtt-ended", detail: { connections: event.connections } });
    }
  };
}

function placeOf({ type, name }: Principal): { site: string | undefined; target: string } {
  const site = type === "device" ? name.split("/", 1)[0] : undefined;
  return { site, target: `${type}:${name}` };
}
