import type { Field, Kind } from "../../devices/kit/kind.ts";
import { goodColor, offColor, plainColors, severityColors } from "./colors.ts";
import type { ValueMapping } from "./model.ts";
import { bilingual } from "./titles.ts";
import { severityOf } from "./verdicts.ts";

/** Words and colours for the values of a state or a flag; none for other fields. */
export function mappingsOf(kind: Kind, name: string): ValueMapping[] {
  const field = kind.fields[name] as Field;
  if (field.states !== undefined) return [states(kind, name, field.states)];
  return field.type === "boolean" ? [flag(kind, name)] : [];
}

/** Words for the names of events. */
export function eventMappings({ events }: Pick<Kind, "events">): ValueMapping[] {
  return [
    value(
      Object.entries(events).map(([name, { title }], index) => [name, { text: bilingual(title), index }]),
    ),
  ];
}

function states(kind: Kind, name: string, titles: NonNullable<Field["states"]>): ValueMapping {
  return value(
    Object.entries(titles).map(([state, title], index) => {
      const severity = severityOf(kind, name, state);
      const color = severity ? severityColors[severity] : plainColors[index % plainColors.length];
      return [state, { text: bilingual(title), ...(color && { color }), index }];
    }),
  );
}

/** The store keeps booleans as 0 and 1. */
function flag(kind: Kind, name: string): ValueMapping {
  const no = severityOf(kind, name, false);
  const yes = severityOf(kind, name, true);
  const colorOfNo = no ? severityColors[no] : yes ? goodColor : offColor;
  const colorOfYes = yes ? severityColors[yes] : no ? goodColor : "blue";
  return value([
    ["0", { text: "否 No", color: colorOfNo, index: 0 }],
    ["1", { text: "是 Yes", color: colorOfYes, index: 1 }],
  ]);
}

function value(entries: readonly [string, ValueMapping["options"][string]][]): ValueMapping {
  return { type: "value", options: Object.fromEntries(entries) };
}
