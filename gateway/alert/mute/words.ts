import type { Text } from "../../../devices/kit/kind.ts";
import type { Affected, During, MuteType } from "../../types.ts";

/** What people read of the devices that are cut off with another one: `影响 43 台设备：…`. */
export function affectedText({ count, names }: Affected): Text {
  const more = count > names.length;
  return {
    zh: `影响 ${count} 台设备：${names.join("、")}${more ? " 等" : ""}`,
    en: `${count} ${count === 1 ? "device is" : "devices are"} cut off: ${names.join(", ")}${more ? " and others" : ""}`,
  };
}

/** What people read beside an alarm that came in a window: `维护期间 during maintenance: …`. */
export function duringText({ type, reason }: During): string {
  return `${words[type]}: ${reason}`;
}

const words: Readonly<Record<MuteType, string>> = {
  silence: "静默期间 during a silence",
  maintenance: "维护期间 during maintenance",
  drill: "演练期间 during a drill",
};
