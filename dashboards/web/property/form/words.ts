import { defineArea } from "../../i18n/words.ts";

/** Texts of forms that are made from a schema. */
export const formArea = defineArea({
  isMissing: { zh: "请填写此项", en: "This is needed" },
  notNumber: { zh: "请填写数字", en: "Enter a number" },
  notWhole: { zh: "请填写整数", en: "Enter a whole number" },
  tooSmall: { zh: "不能小于 {least}", en: "At least {least}" },
  tooLarge: { zh: "不能大于 {most}", en: "At most {most}" },
  tooLong: { zh: "最多 {most} 个字", en: "At most {most} characters" },
  range: { zh: "{least} 到 {most}", en: "{least} to {most}" },
  notSet: { zh: "未填写", en: "Not set" },
});
