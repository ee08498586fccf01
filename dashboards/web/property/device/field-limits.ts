import type { EffectiveLimit, KindDetail } from "../../../../gateway/api/contract.ts";
import { valueText } from "../../format/value.ts";
import type { Text } from "../../i18n/language.ts";

/** One rule that looks at a field, with the number at which it raises. */
export interface FieldLimit {
  readonly rule: string;
  readonly title: Text;
  /** `≥ 95%`. */
  readonly text: string;
  readonly value: number;
}

/** Signs of the numbers by which a rule compares a field; other numbers are times or something of the rule's own. */
const signs: Readonly<Record<string, string>> = { above: ">", atLeast: "≥", below: "<", atMost: "≤" };

/** At which values of a field its device's rules raise. */
export function limitsOfField(
  kind: KindDetail,
  name: string,
  limits: readonly EffectiveLimit[],
): FieldLimit[] {
  const field = kind.fields[name];
  if (field === undefined) return [];
  return kind.rules
    .filter(({ reads }) => reads[0] === name)
    .flatMap(({ id, title }) =>
      limits
        .filter(({ rule, limit, unit }) => rule === id && unit === field.unit && limit in signs)
        .map(({ limit, value }) => ({
          ...{ rule: id, title, value },
          text: `${signs[limit]} ${valueText(field, value)}`,
        })),
    );
}
