import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { createAnswerTokens } from "../../gateway/state/answer-token.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";
import { eventually, openTestGateway, type TestGateway } from "./gateway.ts";

/** How long the links of these tests work, ms. */
export const linkLifeMs = 600_000;

/** An incident as the API shows it, as far as these tests look. */
export interface ShownIncident {
  readonly id: string;
  readonly state: string;
  readonly times: Readonly<Record<string, { readonly by: string }>>;
  readonly alarms: readonly { readonly alert: string }[];
}

/** A gateway where it burns, and contacts whom its links name. */
export interface AnswerFire {
  readonly gateway: TestGateway;
  readonly clock: FakeClock;
  /** A contact is not called any more. */
  strike(contact: string): Promise<unknown>;
  readonly incident: ShownIncident;
  /** The incident as it is now. */
  shown(): Promise<ShownIncident>;
  /** Path of a new link about the incident, or about this alert. */
  linkFor(contact: string, alert?: string): string;
}

/** Lets a detector raise a fire; `at` is epoch ms, 15:06:40 in the zone of the gateway unless given. */
export async function anAnswerFire({
  config = {},
  at = Date.parse("2026-01-15T07:06:40Z"),
}: {
  config?: Record<string, unknown>;
  at?: number;
} = {}): Promise<AnswerFire> {
  const clock = createFakeClock(at);
  const gateway = await openTestGateway({
    clock,
    config: { api: { answerLinkMs: linkLifeMs }, ...config },
  });
  await gateway.call("POST", "/sites/xinfa/crews", { id: "c1", name: "一班" });
  for (const [id, name] of [
    ["c-zhang", "张伟"],
    ["c-li", "李娜"],
  ]) {
    const contact = { id, name, role: "member", crew: "c1", ways: [] };
    expect((await gateway.call("POST", "/sites/xinfa/contacts", contact)).status).toBe(201);
  }
  const detector = await gateway.device("fire-detector", "d1", {
    ...{ name: "大厅烟感 1", building: "12号楼", floor: "3层" },
  });
  const client = await detector.connect();
  const fire = JSON.stringify({ smoke: true, seq: 1, boot: "a" });
  await client.publishAsync(`${detector.topic}/telemetry`, fire, { qos: 1 });
  await client.endAsync();
  const { body } = await eventually(
    () => gateway.call<{ items: ShownIncident[] }>("GET", "/incidents"),
    ({ body }) => body.items.length === 1,
  );
  const incident = body.items[0]!;
  const pepper = Buffer.from(readFileSync(join(gateway.dataDir, "pepper"), "latin1").trim(), "hex");
  const tokens = createAnswerTokens({ pepper });
  let links = 0;
  return {
    ...{ gateway, clock, incident },
    strike: (contact) => gateway.call("DELETE", `/sites/xinfa/contacts/${contact}`),
    shown: async () => (await gateway.call<ShownIncident>("GET", `/incidents/${incident.id}`)).body,
    linkFor(contact, alert) {
      links += 1;
      const salt = String(links).padStart(5, "0");
      const id = alert ?? incident.id;
      const about = alert === undefined ? "incident" : "alert";
      return `/a/${tokens.sign({ about, id, contact, salt, expiresAt: clock.now() + linkLifeMs })}`;
    },
  };
}
