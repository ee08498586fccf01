import { computed, type Ref } from "vue";
import type { PlanDetail } from "../../../../gateway/api/contract.ts";
import { catalogue } from "../../api/catalogue.ts";
import { pick } from "../../i18n/language.ts";
import type { LiveDevice, Severity } from "../../live/entities.ts";
import { useLive } from "../../live/live.ts";
import { useAlertsByDevice } from "../devices/alert-index.ts";

/** How a device is drawn: its worst open alert, else whether it talks. */
export type Look = Severity | "ok" | "offline";

/** A device on a plan. */
export interface Mark {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly device: LiveDevice | undefined;
  readonly look: Look;
  /** First letter of its kind. */
  readonly letter: string;
  readonly kind: string;
}

/** What is worst is drawn last, above the others. */
const order: readonly Look[] = ["ok", "offline", "info", "minor", "major", "critical"];

/** The devices of a plan with their present state; changes with alerts and presence, not with readings. */
export function useMarks(placements: Readonly<Ref<PlanDetail["placements"]>>) {
  const { devices, membership } = useLive();
  const { worstOf } = useAlertsByDevice();
  return computed<readonly Mark[]>(() => {
    void membership.value;
    return placements.value
      .map(({ device: name, x, y }) => {
        const device = devices.get(name);
        const kind = name.split("/")[1] ?? "";
        const look: Look = worstOf({ device: name }) ?? (device?.presence === "online" ? "ok" : "offline");
        const letter = pick(catalogue.value.get(kind)?.title ?? { zh: kind, en: kind }).slice(0, 1);
        return { name, x, y, device, look, letter, kind };
      })
      .sort((a, b) => order.indexOf(a.look) - order.indexOf(b.look));
  });
}
