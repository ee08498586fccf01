import { Readable } from "node:stream";
import { z } from "zod";
import { lineOf } from "../../state/audit/chain.ts";
import type { Audit } from "../../state/audit/contract.ts";
import type { App } from "../app.ts";
import { narrow } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { presentAuditRows } from "../present/audit.ts";
import { auditExportQuery, auditHead, auditQuery, auditRow } from "../schemas/audit.ts";
import { problems } from "../schemas/problem.ts";
import { pageOf } from "../schemas/shared.ts";

const tags = ["audit"];

/** The audit trail: listed, exported, and its newest place to remember. */
export function auditRoutes(app: App, parts: Pick<ApiParts, "audit" | "access" | "identity">): void {
  const { audit } = parts;

  app.get(
    "/api/v1/audit",
    {
      schema: {
        operationId: "listAudit",
        tags,
        summary: "List what was done, newest first",
        description: "A manager sees what was done to sites; a caller of one site sees that site's.",
        querystring: auditQuery,
        response: { 200: pageOf(auditRow), ...problems(400) },
      },
    },
    async ({ query: { site, ...query }, caller, sites }) => {
      const isAdmin = caller.grants.some((grant) => grant.role === "admin" && grant.site === undefined);
      const page = audit.list({ ...query, sites: narrow(sites, site), ofSites: !isAdmin });
      return { items: presentAuditRows(page.items, parts), next: page.next ?? null };
    },
  );

  app.get(
    "/api/v1/audit/head",
    {
      schema: {
        operationId: "getAuditHead",
        tags,
        summary: "The newest row's number and hash",
        response: { 200: auditHead, ...problems() },
      },
    },
    async () => audit.head(),
  );

  app.get(
    "/api/v1/audit/export",
    {
      schema: {
        operationId: "exportAudit",
        tags,
        summary: "The rows with their hashes, as NDJSON",
        description:
          "Oldest first. The `hash` at the end of a line is the SHA-256 of the line without it, and `previous` is the hash of the line before. `linli audit verify --file` checks it.",
        querystring: auditExportQuery,
        response: {
          200: {
            description: "One row a line.",
            content: { "application/x-ndjson": { schema: z.string() } },
          },
          ...problems(400),
        },
      },
    },
    async ({ query }, reply) =>
      reply
        .type("application/x-ndjson; charset=utf-8")
        .header("content-disposition", 'attachment; filename="audit.ndjson"')
        .send(Readable.from(linesOf(audit, query)) as never),
  );
}

/** One piece of text for each page of rows. */
function* linesOf(audit: Audit, { from, to }: z.output<typeof auditExportQuery>): Generator<string> {
  for (const page of audit.read(1)) {
    const rows = page.filter(({ at }) => (from === undefined || at >= from) && (to === undefined || at < to));
    if (rows.length > 0) yield rows.map((row) => `${lineOf(row)}\n`).join("");
  }
}
