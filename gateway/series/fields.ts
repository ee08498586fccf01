import type { Catalogue, Field } from "../../devices/kit/kind.ts";
import type { SeriesFields, SeriesType } from "./contract.ts";

/** What a store must know of the kinds: the type of each field. */
export function seriesFields(catalogue: Catalogue): SeriesFields {
  return Object.fromEntries(
    [...catalogue.values()].map(({ name, fields }) => [
      name,
      {
        ...Object.fromEntries(Object.entries(fields).map(([field, facts]) => [field, seriesTypeOf(facts)])),
        event: "state",
      },
    ]),
  );
}

/** The type of a field's values in the store. */
function seriesTypeOf({ type, widget }: Field): SeriesType {
  if (type !== "text") return type;
  return widget === "state" ? "state" : "text";
}
