import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { apiOf, apiOptions, type ConnectionOptions } from "../../client/options.ts";
import { GatewayError } from "../errors.ts";
import { printableLines } from "../printable.ts";

/** Longest wait, ms: everything that is kept is looked through. */
const timeoutMs = 600_000;

/** `linli person export|erase` */
export function addPersonCommand(program: Command): void {
  const person = program
    .command("person")
    .description("answer a resident who asks what is kept of them, or that it be erased");

  add(person, "export", "print everything that is kept of a person, as JSON");
  add(person, "erase", "erase a person, and print what was erased and what is left until when, as JSON");
}

function add(person: Command, name: "export" | "erase", description: string): void {
  const command = person
    .command(name)
    .description(description)
    .argument("<site>", "the site that the person passed at")
    .argument(
      "<identifier>",
      "card number, face id, employee number or name as the devices send it; - reads it from standard input, where no list of processes shows it",
    );
  apiOptions(command).action(async () => {
    const [site = "", given = ""] = command.args;
    const identifier = given === "-" ? readFileSync(0, "utf8").trim() : given;
    if (identifier === "") throw new GatewayError("invalid-request", "the identifier must not be empty");
    const api = apiOf(command.opts<ConnectionOptions>(), timeoutMs);
    const path = `/sites/${encodeURIComponent(site)}/persons/${name}`;
    const answer = await api.post(path, { identifier });
    process.stdout.write(`${printableLines(JSON.stringify(answer, null, 2))}\n`);
  });
}
