import type { Alert } from "../../../../gateway/api/contract.ts";
import { pick } from "../../i18n/language.ts";
import { common } from "../../i18n/shared-words.ts";
import { wordsOf } from "../../i18n/words.ts";
import { reasonOf } from "../device/alert-words.ts";
import { alertsArea } from "./words.ts";

/** Alerts as lines of a table with a head. Times are ISO 8601, as spreadsheets read them. */
export function tableOf(alerts: readonly Alert[], siteName: (id: string) => string): string[][] {
  const t = wordsOf(alertsArea);
  const head = [
    ...[
      t("severity"),
      t("what"),
      t("siteColumn"),
      t("building"),
      t("floor"),
      t("deviceColumn"),
      t("deviceId"),
    ],
    ...[t("raisedAt"), t("clearedAt"), t("acknowledgedAt"), t("acknowledgedColumn"), t("assigned")],
    ...[t("resolved"), t("values"), t("notes")],
  ];
  return [head, ...alerts.map(lineOf)];

  function lineOf(alert: Alert): string[] {
    const { building, floor, device, deviceName, raisedAt, clearedAt, comments } = alert;
    return [
      ...[common(alert.severity), pick(alert.title), siteName(alert.site), building ?? "", floor ?? ""],
      ...[deviceName ?? "", device, raisedAt, clearedAt ?? "", alert.acknowledgedAt ?? ""],
      ...[alert.acknowledgedBy ?? "", alert.assignee ?? "", alert.resolvedBy ?? "", reasonOf(alert)],
      comments.map(({ by, text }) => `${by}: ${text}`).join("; "),
    ];
  }
}
