import type { Command } from "commander";
import { connected } from "./connected.ts";
import { printTable } from "./table.ts";

/** `linli site list|add|remove` */
export function addSiteCommand(program: Command): void {
  const site = program.command("site").description("communities");

  connected(site.command("list").description("list the sites"), async (api) => {
    const sites = await api.all<{ id: string; name: string }>("/sites");
    printTable(
      ["id", "name"],
      sites.map(({ id, name }) => [id, name]),
    );
  });

  const add = site
    .command("add")
    .description("add a site")
    .argument("<id>", "1 to 64 letters, digits, _ or -; it stands in every topic of the site")
    .argument("<name>", "name for people");
  connected(add, async (api, [id, name]) => {
    await api.post("/sites", { id, name });
    console.log(`site ${id} added`);
  });

  const remove = site.command("remove").description("remove a site without devices").argument("<id>");
  connected(remove, async (api, [id = ""]) => {
    await api.remove(`/sites/${encodeURIComponent(id)}`);
    console.log(`site ${id} removed`);
  });
}
