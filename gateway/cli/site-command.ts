import type { Command } from "commander";
import { type Connection, clientOf, connected, listAll } from "./connected.ts";
import { printTable } from "./table.ts";

/** `linli site list|add|remove` */
export function addSiteCommand(program: Command): void {
  const site = program.command("site").description("communities");
  connected(site.command("list").description("list the sites")).action(async (options: Connection) => {
    const sites = await listAll<{ id: string; name: string }>(clientOf(options), "/sites");
    printTable(
      ["id", "name"],
      sites.map(({ id, name }) => [id, name]),
    );
  });
  connected(site.command("add").description("add a site").argument("<id>").argument("<name>")).action(
    async (id: string, name: string, options: Connection) => {
      await clientOf(options).call("POST", "/sites", { id, name });
      console.log(`site ${id} added`);
    },
  );
  connected(site.command("remove").description("remove a site without devices").argument("<id>")).action(
    async (id: string, options: Connection) => {
      await clientOf(options).call("DELETE", `/sites/${encodeURIComponent(id)}`);
      console.log(`site ${id} removed`);
    },
  );
}
