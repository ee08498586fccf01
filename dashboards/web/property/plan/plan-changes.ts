import { computed } from "vue";
import type { PlanDetail } from "../../../../gateway/api/contract.ts";
import { ApiError } from "../../api/api-error.ts";
import { call } from "../../api/client.ts";
import type { Query } from "../../api/query.ts";
import { wordsOf } from "../../i18n/words.ts";
import { toast } from "../../ui/toasts.ts";
import { sayRefusal } from "../form/faults.ts";
import { planArea } from "./words.ts";

type Placement = PlanDetail["placements"][number];
type NewPoint = Omit<PlanDetail["points"][number], "id">;

/** What an editor does to a plan; each is saved at once, and refused when somebody else was faster. */
export type PlanChanges = ReturnType<typeof usePlanChanges>;

/** Changes the plan that was read. */
export function usePlanChanges(read: Query<PlanDetail>) {
  const t = wordsOf(planArea);

  async function save(
    change: Partial<Pick<PlanDetail, "placements">> & { points?: readonly NewPoint[] },
  ): Promise<void> {
    const plan = read.data.value;
    if (plan === undefined) return;
    try {
      const path = `/sites/${encodeURIComponent(plan.site)}/plans/${encodeURIComponent(plan.id)}`;
      await call("PATCH", path, { body: { ...change, version: plan.version } });
    } catch (error) {
      toast(error instanceof ApiError && error.status === 409 ? t("changed") : sayRefusal(error), "critical");
    }
    await read.refresh();
  }

  const placements = () => read.data.value?.placements ?? [];
  const points = () =>
    (read.data.value?.points ?? []).map(({ id, kind, name, x, y }) => ({ id, kind, name, x, y }));
  const bare = (list: ReturnType<typeof points>) => list.map(({ id: _, ...point }) => point);

  return {
    plan: computed(() => read.data.value),
    refresh: read.refresh,
    /** Puts a device on the plan, or moves it. */
    place: (placement: Placement) =>
      save({ placements: [...placements().filter(({ device }) => device !== placement.device), placement] }),
    takeOff: (name: string) => save({ placements: placements().filter(({ device }) => device !== name) }),
    addPoint: (point: { kind: NewPoint["kind"]; name: string; x: number; y: number }) =>
      save({ points: [...bare(points()), { ...point, name: point.name === "" ? null : point.name }] }),
    movePoint: (moved: string, at: { x: number; y: number }) =>
      save({ points: bare(points().map((point) => (point.id === moved ? { ...point, ...at } : point))) }),
    removePoint: (removed: string) => save({ points: bare(points().filter(({ id }) => id !== removed)) }),
  };
}
