import type { KindDetail } from "../../../../gateway/api/contract.ts";
import { valueText } from "../../format/value.ts";
import { pick } from "../../i18n/language.ts";
import { common } from "../../i18n/shared-words.ts";
import { wordsOf } from "../../i18n/words.ts";
import type { LiveDevice, Severity } from "../../live/entities.ts";
import type { DeviceRow } from "./rows.ts";
import { devicesArea } from "./words.ts";

/**
 * The list as lines of a table with a head. Of one kind each key value has a column of its own; of several they stand in one.
 * Times are ISO 8601, as spreadsheets read them.
 */
export function tableOf(
  rows: readonly DeviceRow[],
  about: {
    readonly kinds: ReadonlyMap<string, KindDetail>;
    /** The only kind that is listed. */
    readonly kind: KindDetail | undefined;
    readonly worstOf: (device: LiveDevice) => Severity | undefined;
    readonly siteName: (id: string) => string;
  },
): string[][] {
  const t = wordsOf(devicesArea);
  const { kind } = about;
  const columns = kind?.summary ?? [];
  const head = [
    ...[t("id"), t("name"), t("kind"), t("site"), t("building"), t("floor")],
    ...[t("presence"), t("alert"), t("last")],
    ...(kind === undefined ? [t("values")] : columns.map((name) => titleOf(kind, name))),
  ];
  return [head, ...rows.map(({ device, kind: title }) => lineOf(device, title))];

  function lineOf(device: LiveDevice, title: string): string[] {
    const worst = about.worstOf(device);
    const own = about.kinds.get(device.kind);
    const said = (name: string) => sayOf(own, device, name);
    const values =
      kind === undefined
        ? [
            (own?.summary ?? [])
              .flatMap((name) => (said(name) === "" ? [] : [`${titleOf(own, name)} ${said(name)}`]))
              .join("; "),
          ]
        : columns.map(said);
    return [
      ...[device.id, device.name, title, about.siteName(device.site)],
      ...[device.building ?? "", device.floor ?? "", common(device.presence)],
      ...[worst === undefined ? "" : common(worst)],
      ...[device.lastAt === undefined ? "" : new Date(device.lastAt).toISOString()],
      ...values,
    ];
  }
}

function titleOf(kind: KindDetail | undefined, name: string): string {
  const field = kind?.fields[name];
  return field === undefined ? name : pick(field.title);
}

function sayOf(kind: KindDetail | undefined, device: LiveDevice, name: string): string {
  const field = kind?.fields[name];
  const value = device.values[name];
  return field === undefined || value === undefined ? "" : valueText(field, value.value);
}
