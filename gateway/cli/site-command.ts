import type { Command } from "commander";
import { connected } from "./connected.ts";
import { printTable } from "./table.ts";

/** `linli site list|add|change|remove` */
export function addSiteCommand(program: Command): void {
  const site = program.command("site").description("communities");

  connected(site.command("list").description("list the sites"), async (api) => {
    const sites = await api.all<{ id: string; name: string; address: string | null; phone: string | null }>(
      "/sites",
    );
    printTable(
      ["id", "name", "address", "phone"],
      sites.map(({ id, name, address, phone }) => [id, name, address ?? "", phone ?? ""]),
    );
  });

  const add = site
    .command("add")
    .description("add a site")
    .argument("<id>", "1 to 64 letters, digits, _ or -; it stands in every topic of the site")
    .argument("<name>", "name for people")
    .option("--address <text>", "postal address, which is read out to the fire brigade")
    .option("--phone <number>", "where the fire brigade calls back: the duty room");
  connected(add, async (api, [id, name], { address, phone }: SiteOptions) => {
    await api.post("/sites", { id, name, address, phone });
    console.log(`site ${id} added`);
  });

  const change = site
    .command("change")
    .description("change what is known of a site; an empty text takes it away")
    .argument("<id>")
    .option("--name <text>", "name for people")
    .option("--address <text>", "postal address, which is read out to the fire brigade")
    .option("--phone <number>", "where the fire brigade calls back: the duty room");
  connected(change, async (api, [id = ""], { name, address, phone }: SiteOptions) => {
    const orNull = (text: string | undefined) => (text === "" ? null : text);
    await api.patch(`/sites/${encodeURIComponent(id)}`, {
      ...{ name, address: orNull(address), phone: orNull(phone) },
    });
    console.log(`site ${id} changed`);
  });

  const remove = site.command("remove").description("remove a site without devices").argument("<id>");
  connected(remove, async (api, [id = ""]) => {
    await api.remove(`/sites/${encodeURIComponent(id)}`);
    console.log(`site ${id} removed`);
  });
}

interface SiteOptions {
  readonly name?: string;
  readonly address?: string;
  readonly phone?: string;
}
