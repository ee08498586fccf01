import { defineArea } from "../i18n/words.ts";

/** Texts of the wall. */
export const wallArea = defineArea({
  title: { zh: "社区运行状态", en: "Community status" },
  online: { zh: "设备在线", en: "Devices online" },
});
