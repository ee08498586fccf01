import type { Api } from "../../client/api.ts";
import type { Alert, DutySheet, Incident } from "../api/contract.ts";
import { GatewayError } from "../errors.ts";

/** The made-up people of the demo who answer what the visitor leaves to them. */
export interface DemoCrew {
  /** Takes every step that is due. Throws what the API refuses. */
  look(): Promise<void>;
}

/** What the crew goes by. */
export interface DemoCrewParts {
  readonly api: Api;
  readonly site: string;
  /** As whom the steps stand in the records. */
  readonly name: string;
  readonly now: () => number;
  /** From 0 to 1, for what an incident turns out to be. */
  readonly random: () => number;
}

/** A step of the crew, how long after the one before at the earliest, and for how long it may take besides, ms. */
const steps = {
  detected: { path: "acknowledge", afterMs: 35_000, besidesMs: 20_000 },
  acknowledged: { path: "dispatch", afterMs: 12_000, besidesMs: 20_000 },
  dispatched: { path: "arrive", afterMs: 50_000, besidesMs: 60_000 },
  arrived: { path: "control", afterMs: 40_000, besidesMs: 60_000 },
  controlled: { path: "close", afterMs: 30_000, besidesMs: 30_000 },
} as const;
/** An alert without an incident is acknowledged, and ended when it lasts, so long after it was raised, ms. */
const alertAfterMs = { acknowledge: 75_000, resolve: 480_000 };
/** A duty check is answered so long after it was asked, ms. */
const dutyCheckAfterMs = 25_000;
/** Share of the incidents that are none, as the crew finds when it arrives. */
const falseShare = 0.6;
const falseReasons = ["厨房油烟触发探测器", "装修粉尘触发探测器", "误碰手动报警按钮", "探测器受潮误报"];

/**
 * Makes the crew of the demo. Like a visitor it only calls the API. What anybody else has touched it leaves to him, so that
 * whoever tries the fire page is not overtaken.
 */
export function createDemoCrew({ api, site, name, now, random }: DemoCrewParts): DemoCrew {
  const since = (time: string) => now() - Date.parse(time);

  async function answer(incident: Incident): Promise<void> {
    const { id, state, detectedAt, times, drill } = incident;
    if (state === "closed" || state === "false-alarm" || drill !== null) return;
    if (Object.values(times).some(({ by }) => by !== name)) return;
    const { path, afterMs, besidesMs } = steps[state];
    const last = state === "detected" ? detectedAt : (times[state]?.at ?? detectedAt);
    if (since(last) < afterMs + spread(id) * besidesMs) return;
    const isFalse = state === "arrived" && random() < falseShare;
    if (!isFalse) return api.post(`/incidents/${id}/${path}`);
    const reason = falseReasons[Math.floor(random() * falseReasons.length)];
    await api.post(`/incidents/${id}/false-alarm`, { reason });
  }

  async function attend({ id, raisedAt, acknowledgedBy }: Alert): Promise<void> {
    if (acknowledgedBy !== null && acknowledgedBy !== name) return;
    const age = since(raisedAt);
    if (age > alertAfterMs.resolve) await api.post(`/alerts/${id}/resolve`, { comment: "现场已处理" });
    else if (acknowledgedBy === null && age > alertAfterMs.acknowledge * (1 + spread(id)))
      await api.post(`/alerts/${id}/acknowledge`);
  }

  return {
    async look() {
      const incidents = await api.all<Incident>(`/incidents?state=open&site=${site}`);
      await each(incidents, answer);
      const burning = new Set(incidents.flatMap(({ alarms }) => alarms.map(({ alert }) => alert)));
      const alerts = await api.all<Alert>(`/alerts?state=raised&site=${site}`);
      await each(
        alerts.filter(({ id, drill }) => !burning.has(id) && drill === null),
        attend,
      );
      const { items: checks } = await api.get<DutySheet>(`/sites/${site}/duty-checks`);
      await each(
        checks.filter(({ state, askedAt }) => state === "open" && since(askedAt) > dutyCheckAfterMs),
        ({ id }) => api.post(`/duty-checks/${id}/answer`),
      );
    },
  };
}

/** One after the other; what somebody else has done meanwhile is no fault. */
async function each<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  for (const item of items) {
    try {
      await act(item);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== "conflict") throw error;
    }
  }
}

/** From 0 to 1, always the same for the same id: who is slow at one thing stays slow at it. */
function spread(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 997;
  return sum / 996;
}
