import type { Building, Contact, Crew, Target } from "../../../../gateway/api/contract.ts";
import { get, getAll } from "../../api/client.ts";
import { useQuery } from "../../api/query.ts";
import { may } from "../../api/session.ts";
import { locale } from "../../i18n/language.ts";

/** The path of a site in the API. */
export function pathOf(site: string): string {
  return `/sites/${encodeURIComponent(site)}`;
}

/** The crews of a site. */
export function useCrews(site: () => string) {
  return useQuery(site, (id) => getAll<Crew>(`${pathOf(id)}/crews`));
}

/** The contacts of a site; the gateway masks addresses for who may not write them. */
export function useContacts(site: () => string) {
  return useQuery(site, (id) => getAll<Contact>(`${pathOf(id)}/contacts`));
}

/** The names of a site's buildings, as people count them. */
export function useBuildings(site: () => string) {
  return useQuery(site, async (id) => {
    const found = await getAll<Building>(`${pathOf(id)}/buildings`);
    return found.map(({ name }) => name).sort(new Intl.Collator(locale.value, { numeric: true }).compare);
  });
}

/** Where notifications of a site can go. */
export function useTargets(site: () => string) {
  return useQuery(
    () => (may("listTargets") ? site() : undefined),
    async (id) => {
      const { items } = await get<{ items: Target[] }>("/notifications/targets");
      return items.filter(({ sites }) => sites === null || sites.includes(id));
    },
  );
}

/** Leaders first, then by name. */
export function byRank(a: Contact, b: Contact): number {
  const rank = ({ role }: Contact) => (role === "leader" ? 0 : 1);
  return rank(a) - rank(b) || a.name.localeCompare(b.name, locale.value);
}

/** Names in a row, as the language joins them. */
export function joinNames(names: readonly string[]): string {
  return names.join(locale.value.startsWith("zh") ? "、" : ", ");
}
