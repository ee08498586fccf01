import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Contact } from "../../duty/contract.ts";
import { GatewayError } from "../../errors.ts";
import type { App } from "../app.ts";
import { siteOf } from "../lookup.ts";
import { cutPage } from "../paging.ts";
import type { ApiParts } from "../parts.ts";
import { presentContact } from "../present/duty.ts";
import { admit } from "../roles.ts";
import { contact, contactChange, newContact } from "../schemas/duty.ts";
import { problems } from "../schemas/problem.ts";
import { id, pageOf, paging } from "../schemas/shared.ts";

const tags = ["duty"];
const site = z.object({ site: id });
const params = z.object({ site: id, id });
const url = "/api/v1/sites/:site/contacts/:id";

/** Contacts: who is called, and how. */
export function contactRoutes(app: App, parts: Pick<ApiParts, "registry" | "duty" | "identity">): void {
  const { contacts } = parts.duty;

  app.get(
    "/api/v1/sites/:site/contacts",
    {
      schema: {
        operationId: "listContacts",
        tags,
        summary: "List the contacts of a site",
        description: "Who is called when something happens. Addresses are masked for who may not write them.",
        params: site,
        querystring: z.strictObject(paging),
        response: { 200: pageOf(contact), ...problems(400, 404) },
      },
    },
    async (request) => {
      const page = cutPage(
        contacts.of(siteOf(parts, request.params.site).id),
        (one) => one.id,
        request.query,
      );
      return { ...page, items: page.items.map((one) => present(request, one)) };
    },
  );

  app.post(
    "/api/v1/sites/:site/contacts",
    {
      schema: {
        operationId: "addContact",
        tags,
        summary: "Add a contact",
        description:
          "A member or leader belongs to a crew; the others are above it. Ways are tried in their order.",
        params: site,
        body: newContact,
        response: { 201: contact, ...problems(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const { active, ...fields } = request.body;
      const added = contacts.add(siteOf(parts, request.params.site).id, {
        ...given(fields),
        isActive: active,
      });
      return reply
        .code(201)
        .header("location", `/api/v1/sites/${added.site}/contacts/${added.id}`)
        .send(present(request, added));
    },
  );

  app.get(
    url,
    {
      schema: {
        operationId: "getContact",
        tags,
        summary: "A contact",
        params,
        response: { 200: contact, ...problems(400, 404) },
      },
    },
    async (request) => present(request, find(request.params)),
  );

  app.patch(
    url,
    {
      schema: {
        operationId: "changeContact",
        tags,
        summary: "Change a contact",
        description: "Only what is given changes; null removes. An inactive contact is not called.",
        params,
        body: contactChange,
        response: { 200: contact, ...problems(400, 404, 409) },
      },
    },
    async (request) => {
      const { active, ...fields } = request.body;
      const { site, id } = find(request.params);
      const change = { ...given(fields), ...(active !== undefined && { isActive: active }) };
      return present(request, contacts.change(site, id, change));
    },
  );

  app.delete(
    url,
    {
      schema: {
        operationId: "removeContact",
        tags,
        summary: "Remove a contact",
        description: "His shifts from now on go with him. Records of the past keep his name.",
        params,
        response: { 204: z.undefined().describe("Removed."), ...problems(400, 404) },
      },
    },
    async ({ params }, reply) => {
      const { site, id } = find(params);
      contacts.remove(site, id);
      return reply.code(204).send();
    },
  );

  function find({ site, id }: z.output<typeof params>): Contact {
    const found = contacts.find(siteOf(parts, site).id, id);
    if (found === undefined) throw new GatewayError("not-found", `site "${site}" has no contact "${id}"`);
    return found;
  }

  function present({ caller }: FastifyRequest, one: Contact) {
    return presentContact(parts, one, { isShown: admit(caller, "changeContact", one.site).ok });
  }
}

/** To the duty a key that is there and undefined means: remove. */
function given<T extends { crew?: string | null | undefined; person?: string | null | undefined }>(
  fields: T,
) {
  const { crew, person, ...rest } = fields;
  return {
    ...rest,
    ...("crew" in fields && { crew: crew ?? undefined }),
    ...("person" in fields && { person: person ?? undefined }),
  };
}
