import { z } from "zod";
import { GatewayError } from "../../errors.ts";
import type { Person } from "../../state/people.ts";
import type { Grant } from "../../types.ts";
import type { App } from "../app.ts";
import type { Sites } from "../lookup.ts";
import { cutPage } from "../paging.ts";
import type { ApiParts } from "../parts.ts";
import { presentPerson } from "../present/person.ts";
import { invitedPerson, link, newPerson, person, personChange } from "../schemas/people.ts";
import { problems } from "../schemas/problem.ts";
import { iso, pageOf, paging } from "../schemas/shared.ts";

const tags = ["people"];
const params = z.object({ id: z.string().min(1).max(64) });
const url = "/api/v1/people/:id";

/** People who may log in, for those who let them in. An administrator of single sites sees and changes those whose every role lies there. */
export function peopleRoutes(
  app: App,
  { identity, settings }: Pick<ApiParts, "identity" | "settings">,
): void {
  const { people, sessions, links } = identity;

  app.get(
    "/api/v1/people",
    {
      schema: {
        operationId: "listPeople",
        tags,
        summary: "List the people",
        querystring: z.strictObject(paging),
        response: { 200: pageOf(person), ...problems(400) },
      },
    },
    async ({ query, sites }) => {
      const visible = people.all().filter((found) => isManagedAt(sites, found.grants));
      const page = cutPage(visible, ({ id }) => id, query);
      return { ...page, items: page.items.map(presentPerson) };
    },
  );

  app.post(
    "/api/v1/people",
    {
      schema: {
        operationId: "addPerson",
        tags,
        summary: "Invite a person",
        description: "Answers a link, once, with which the person sets a password and is logged in.",
        body: newPerson,
        response: { 201: invitedPerson, ...problems(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const { body, sites } = request;
      const added = people.add({ ...body, grants: readGrants(sites, body.grants) });
      const made = makeLink(request, added);
      return reply
        .code(201)
        .header("location", `/api/v1/people/${added.id}`)
        .send({ person: presentPerson(added), link: made });
    },
  );

  app.get(
    url,
    {
      schema: {
        operationId: "getPerson",
        tags,
        summary: "A person",
        params,
        response: { 200: person, ...problems(404) },
      },
    },
    async ({ params, sites }) => presentPerson(find(sites, params.id)),
  );

  app.patch(
    url,
    {
      schema: {
        operationId: "changePerson",
        tags,
        summary: "Change a person's roles or names, or shut him out",
        description: "Holds at once. Who is shut out loses his sessions.",
        params,
        body: personChange,
        response: { 200: person, ...problems(400, 404, 409) },
      },
    },
    async ({ params, body: { active, grants, ...names }, sites }) => {
      const { id } = find(sites, params.id);
      const given = grants && readGrants(sites, grants);
      return presentPerson(people.change(id, { ...names, isActive: active, grants: given }));
    },
  );

  app.delete(
    url,
    {
      schema: {
        operationId: "removePerson",
        tags,
        summary: "Remove a person",
        description: "Sessions end. Records keep the name under which something was done.",
        params,
        response: { 204: z.undefined().describe("Removed."), ...problems(404, 409) },
      },
    },
    async ({ params, sites }, reply) => {
      people.remove(find(sites, params.id).id);
      return reply.code(204).send();
    },
  );

  app.post(
    `${url}/link`,
    {
      schema: {
        operationId: "makeLink",
        tags,
        summary: "Make a link to set a password",
        description:
          "For who has not used the invitation or has forgotten the password. An earlier link ends.",
        params,
        response: { 201: link, ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      const found = find(request.sites, request.params.id);
      if (!found.isActive) throw new GatewayError("conflict", `${found.name} is shut out; let him in first`);
      return reply.code(201).send(makeLink(request, found));
    },
  );

  app.delete(
    `${url}/sessions`,
    {
      schema: {
        operationId: "endPersonSessions",
        tags,
        summary: "Log a person out everywhere",
        params,
        response: { 204: z.undefined().describe("Logged out."), ...problems(404) },
      },
    },
    async ({ params, sites }, reply) => {
      sessions.endOf(find(sites, params.id).id);
      return reply.code(204).send();
    },
  );

  function find(sites: Sites, id: string): Person {
    const found = people.find(id);
    if (found === undefined || !isManagedAt(sites, found.grants)) {
      throw new GatewayError("not-found", `there is no person "${id}"`);
    }
    return found;
  }

  function makeLink(request: { protocol: string; host: string }, { id, passwordAt }: Person) {
    const purpose = passwordAt === undefined ? "invite" : "reset";
    const validMs = purpose === "invite" ? settings.inviteMs : settings.resetMs;
    const { link: made, secret } = links.make({ person: id, purpose, validMs });
    const base = settings.publicUrl ?? `${request.protocol}://${request.host}`;
    return {
      url: `${base.replace(/\/+$/, "")}/link/${secret}`,
      purpose,
      expiresAt: iso(made.expiresAt),
    } as const;
  }
}

/** Whether somebody who is administrator at these sites alone may see and change a person with these roles. */
function isManagedAt(sites: Sites, grants: readonly Grant[]): boolean {
  return sites === undefined || grants.every(({ site }) => site !== undefined && sites.includes(site));
}

function readGrants(sites: Sites, given: z.output<typeof newPerson>["grants"]): Grant[] {
  const grants = given.map(({ role, site }) => ({ role, site: site ?? undefined }));
  if (isManagedAt(sites, grants)) return grants;
  throw new GatewayError("forbidden", `you may give roles at ${sites?.join(", ")} alone`, { path: "grants" });
}
