import type { Alert, DeviceItem, Incident, SnapshotDevice } from "../../../gateway/api/contract.ts";
import { catalogue } from "../api/catalogue.ts";
import { get, getAll } from "../api/client.ts";
import type { LiveStore, StoreQuestions } from "./store.ts";

/** Questions that may wait; what is asked beyond it is dropped, for the next event asks again. */
const mostWaiting = 500;
/** Questions at the same time. */
const atOnce = 4;

/** Answers the store's questions from the API, a few at a time and each only once while it waits. */
export function createQuestions(store: () => LiveStore): StoreQuestions {
  const waiting = new Map<string, () => Promise<void>>();
  let running = 0;

  function put(key: string, answer: () => Promise<void>): void {
    if (waiting.size >= mostWaiting) return;
    waiting.set(key, answer);
    next();
  }

  function next(): void {
    const [first] = waiting;
    if (first === undefined || running >= atOnce) return;
    const [key, answer] = first;
    waiting.delete(key);
    running++;
    // What cannot be read stays as the stream told it; the stream itself says when nothing can be reached.
    answer()
      .catch(() => undefined)
      .finally(() => {
        running--;
        next();
      });
  }

  return {
    device: (name) =>
      put(`device ${name}`, async () => {
        const [site = "", , id = ""] = name.split("/");
        store().takeDevice(await get<SnapshotDevice>(`/sites/${site}/devices/${id}`));
      }),
    alert: (id) => put(`alert ${id}`, async () => store().takeAlerts([await get<Alert>(`/alerts/${id}`)])),
    incident: (id) =>
      put(`incident ${id}`, async () => store().takeIncident(await get<Incident>(`/incidents/${id}`))),
    restOfDevices(sites) {
      for (const site of sites) {
        put(`devices ${site}`, async () =>
          store().takeDevices(await getAll<DeviceItem>(`/sites/${site}/devices`)),
        );
      }
    },
    restOfAlerts: () =>
      put("alerts", async () => store().takeAlerts(await getAll<Alert>("/alerts", { state: "raised" }))),
    rule(kind, rule) {
      const found = catalogue.value.get(kind)?.rules.find(({ id }) => id === rule);
      return found === undefined ? undefined : { title: found.title, advice: found.advice ?? null };
    },
    unit: (kind, field) => catalogue.value.get(kind)?.fields[field]?.unit,
  };
}
