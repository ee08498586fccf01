import { alarmFlag, flag, person as personField } from "./fields.ts";
import type { Field } from "./kind.ts";

/** Whether the device runs on mains power. */
export function mains(): Field {
  return flag({ zh: "市电", en: "Mains power" });
}

/** Somebody opened the housing or took it off its place. */
export function tamper(): Field {
  return alarmFlag({ zh: "防拆", en: "Tamper" });
}

/** A test is going on. It says how the device came to what it reports; no fire rule may be held back by it. */
export function testing(): Field {
  return flag({ zh: "测试中", en: "Testing" }, { test: true, testing: true, normal: false });
}

/** Whom it concerns; kept as a keyed hash. */
export function person(): Field {
  return personField({ zh: "人员（加密摘要）", en: "Person (keyed hash)" });
}
