import { type ShallowRef, shallowRef } from "vue";
import type { KindDetail, KindItem } from "../../../gateway/api/contract.ts";
import { get } from "./client.ts";

/** One field of a kind, as the API describes it. */
export type Field = KindDetail["fields"][string];

/** Every kind with its fields and rules, by name. Empty until `loadCatalogue` is done; kinds change only with the program. */
export const catalogue: ShallowRef<ReadonlyMap<string, KindDetail>> = shallowRef(new Map());

/** Reads all kinds once. Throws `ApiError`. */
export async function loadCatalogue(): Promise<void> {
  if (catalogue.value.size > 0) return;
  const { items } = await get<{ items: KindItem[] }>("/kinds");
  const details = await Promise.all(items.map(({ name }) => get<KindDetail>(`/kinds/${name}`)));
  catalogue.value = new Map(details.map((detail) => [detail.name, detail]));
}
