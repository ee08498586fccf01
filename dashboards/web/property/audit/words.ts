import { defineArea } from "../../i18n/words.ts";

/** Texts of the audit trail. */
export const auditArea = defineArea({
  title: { zh: "操作记录", en: "Audit trail" },
  subtitle: {
    zh: "谁在什么时候做了什么，最新的在前。每行的散列值连成链，删改会被发现。",
    en: "Who did what and when, newest first. Each row carries the hash of the one before, so that a cut is found.",
  },
  outcome: { zh: "结果", en: "Outcome" },
  done: { zh: "完成", en: "done" },
  refused: { zh: "被拒绝", en: "refused" },
  failed: { zh: "失败", en: "failed" },
  unknown: { zh: "未知", en: "unknown" },
  any: { zh: "全部结果", en: "Any outcome" },
  action: { zh: "操作名称", en: "Operation" },
  head: { zh: "链头：第 {sequence} 行，{hash}", en: "Head of the chain: row {sequence}, {hash}" },
  export: { zh: "导出（NDJSON）", en: "Export (NDJSON)" },
  older: { zh: "更早的记录", en: "Older rows" },
  none: { zh: "没有符合的记录", en: "No row matches" },
  from: { zh: "来自 {address}（{via}）", en: "from {address} ({via})" },
});
