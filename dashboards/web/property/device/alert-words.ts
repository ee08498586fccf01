import { catalogue } from "../../api/catalogue.ts";
import { valueText } from "../../format/value.ts";
import { pick } from "../../i18n/language.ts";
import type { LiveAlert } from "../../live/entities.ts";

/** The values that explain an alert, as its rule names them: `Temperature 84°C`. */
export function reasonOf({ kind, rule, values }: Pick<LiveAlert, "kind" | "rule" | "values">): string {
  const known = catalogue.value.get(kind);
  const found = known?.rules.find(({ id }) => id === rule);
  return (found?.reads ?? [])
    .flatMap((name) => {
      const field = known?.fields[name];
      const value = values[name];
      return field === undefined || value === undefined
        ? []
        : [`${pick(field.title)} ${valueText(field, value)}`];
    })
    .join(" · ");
}
