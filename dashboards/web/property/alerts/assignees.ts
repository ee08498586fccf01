import type { Assignee } from "../../../../gateway/api/contract.ts";
import { get } from "../../api/client.ts";
import { session } from "../../api/session.ts";

/** Who may be given alerts of all these sites, by name, whoever looks first. Throws `ApiError`. */
export async function readAssignees(sites: readonly string[]): Promise<readonly Assignee[]> {
  const lists = await Promise.all(
    sites.map(async (site) => (await get<{ items: Assignee[] }>(`/sites/${site}/assignees`)).items),
  );
  const [first = [], ...others] = lists;
  const everywhere = first.filter(({ name }) =>
    others.every((list) => list.some((one) => one.name === name)),
  );
  const me = session.value?.name;
  const rest = everywhere.filter(({ name }) => name !== me);
  return me === undefined ? rest : [{ name: me, told: false }, ...rest];
}
