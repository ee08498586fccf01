import { Argument, type Command } from "commander";
import { type Connection, clientOf, connected, listAll } from "./connected.ts";
import { printTable } from "./table.ts";

/** `linli token list|add|remove` */
export function addTokenCommand(program: Command): void {
  const token = program
    .command("token")
    .description("bearer tokens of people and programs that call the API");
  const roles = ["viewer", "firefighter", "manager", "admin"];
  connected(token.command("list").description("list the tokens, without their secrets")).action(
    async (options: Connection) => {
      const tokens = await listAll<{ id: string; name: string; role: string }>(clientOf(options), "/tokens");
      printTable(
        ["id", "name", "role"],
        tokens.map(({ id, name, role }) => [id, name, role]),
      );
    },
  );
  connected(
    token
      .command("add")
      .description("make a token and print it, once")
      .argument("<name>", "whose it is")
      .addArgument(new Argument("<role>").choices(roles)),
  ).action(async (name: string, role: string, options: Connection) => {
    const made = await clientOf(options).call<{ token: string }>("POST", "/tokens", { name, role });
    console.log(made.token);
  });
  connected(token.command("remove").description("end a token").argument("<id>")).action(
    async (id: string, options: Connection) => {
      await clientOf(options).call("DELETE", `/tokens/${encodeURIComponent(id)}`);
      console.log(`token ${id} removed`);
    },
  );
}
