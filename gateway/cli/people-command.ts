import { type Command, InvalidArgumentError } from "commander";
import type { Api } from "../../client/api.ts";
import { GatewayError } from "../errors.ts";
import { connected } from "./connected.ts";
import { printTable } from "./table.ts";

const roles = ["viewer", "firefighter", "manager", "engineer", "admin"];
const roleHelp = `role at every site, or at one: ${roles.join(", ")}, or for example firefighter@xinfa`;

/** `linli people list|invite|roles|link|shut-out|let-in|remove` */
export function addPeopleCommand(program: Command): void {
  const people = program
    .command("people")
    .description("people who log in: invitations, roles, lost passwords");

  connected(people.command("list").description("list the people and their roles"), async (api) => {
    const items = await api.all<Person>("/people");
    printTable(
      ["log-in", "name", "roles", "last log-in", "state"],
      items.map((person) => [
        ...[person.login, person.name, person.grants.map(showGrant).join(" "), person.loginAt ?? "never"],
        person.active ? (person.passwordAt === null && !person.provider ? "invited" : "active") : "shut out",
      ]),
    );
  });

  const invite = people
    .command("invite")
    .description("add a person and print the link with which he sets his password, once")
    .argument("<login>", "what is typed at the log-in; an e-mail address will do")
    .argument("<name>", "what alerts and commands record")
    .argument("<role...>", roleHelp, collectGrants);
  connected(invite, async (api, [login, name, ...given]) => {
    const body = { login, name, grants: given.map(readGrant) };
    const { link } = await api.post<{ link: Link }>("/people", body);
    printLink(link);
  });

  const change = people
    .command("roles")
    .description("give a person these roles instead of those he has")
    .argument("<login>")
    .argument("<role...>", roleHelp, collectGrants);
  connected(change, async (api, [login = "", ...given]) => {
    const { id, name } = await find(api, login);
    const { grants } = await api.patch<Person>(`/people/${id}`, { grants: given.map(readGrant) });
    console.log(`${name}: ${grants.map(showGrant).join(" ")}`);
  });

  const link = people
    .command("link")
    .description("print a new link for somebody who lost his password or let the invitation run out")
    .argument("<login>");
  connected(link, async (api, [login = ""]) => {
    printLink(await api.post<Link>(`/people/${(await find(api, login)).id}/link`));
  });

  for (const [command, active, words] of [
    ["shut-out", false, "end a person's sessions and let him in no more; everything else is kept"],
    ["let-in", true, "let a person in again who was shut out"],
  ] as const) {
    const set = people.command(command).description(words).argument("<login>");
    connected(set, async (api, [login = ""]) => {
      const { id, name } = await find(api, login);
      await api.patch(`/people/${id}`, { active });
      console.log(`${name} is ${active ? "let in again" : "shut out"}`);
    });
  }

  const remove = people.command("remove").description("remove a person").argument("<login>");
  connected(remove, async (api, [login = ""]) => {
    const { id, name } = await find(api, login);
    await api.remove(`/people/${id}`);
    console.log(`${name} removed`);
  });
}

interface Person {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly active: boolean;
  readonly passwordAt: string | null;
  readonly loginAt: string | null;
  readonly provider: boolean;
}

interface Grant {
  readonly role: string;
  readonly site: string | null;
}

interface Link {
  readonly url: string;
  readonly expiresAt: string;
}

async function find(api: Api, login: string): Promise<Person> {
  const items = await api.all<Person>("/people");
  const found = items.find((person) => person.login.toLowerCase() === login.toLowerCase());
  if (found !== undefined) return found;
  throw new GatewayError("not-found", `nobody logs in as ${login}; linli people list shows who does`);
}

function collectGrants(text: string, before: string[] | undefined): string[] {
  readGrant(text);
  return [...(before ?? []), text];
}

function readGrant(text: string): Grant {
  const [role = "", site] = text.split("@");
  if (roles.includes(role)) return { role, site: site ?? null };
  throw new InvalidArgumentError(`a ${roleHelp}.`);
}

function showGrant({ role, site }: Grant): string {
  return site === null ? role : `${role}@${site}`;
}

function printLink({ url, expiresAt }: Link): void {
  console.log(`${url}\nGive it to this person alone. It works once, until ${expiresAt}.`);
}
