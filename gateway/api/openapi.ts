import swagger from "@fastify/swagger";
import { createJsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import type { App } from "./app.ts";
import { optionalBody } from "./schemas/shared.ts";

/** Collects the routes for the OpenAPI document; must be installed before the first route. */
export async function installOpenapi(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Linli gateway",
        version,
        description,
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      tags: [
        { name: "kinds", description: "What devices can be." },
        { name: "sites", description: "Residential communities and their buildings." },
        { name: "devices", description: "Registration, search, present values, limits." },
        { name: "plans", description: "Drawings of sites and floors, and where things stand on them." },
        { name: "commands", description: "What people ask of devices." },
        { name: "alerts", description: "Conditions that hold, and what people did about them." },
        { name: "incidents", description: "Alarms that a crew must answer, and how it did." },
        {
          name: "series",
          description: "What was measured: history of devices and sites, for charts and as files.",
        },
        { name: "rejections", description: "Refused messages, and how to ingest them again." },
        { name: "access", description: "Service accounts and tokens." },
        { name: "people", description: "Log-in, sessions, and who may log in." },

        {
          name: "audit",
          description: "What people and programs did, as a chain that cannot be changed unseen.",
        },
        { name: "live", description: "The stream of what happens." },
        { name: "operation", description: "Health and metrics." },
      ],
      components: {
        securitySchemes: {
          bearer: { type: "http", scheme: "bearer" },
          session: {
            type: "apiKey",
            in: "cookie",
            name: "linli-session",
            description: "`__Host-linli-session` over HTTPS.",
          },
        },
      },
      security: [{ bearer: [] }, { session: [] }],
    },
    transform: createJsonSchemaTransform({}),
    transformObject: (document) => finish(jsonSchemaTransformObject(document)),
  });
}

const description = [
  "Times are ISO 8601 in UTC. A value is never given without its time and quality.",
  "Lists answer `{items, next}`; ask for the next page with `cursor=<next>`.",
  "Failures are problem details (RFC 9457) as `application/problem+json`; `errors` names each fault and its place.",
  "Unknown keys in queries and bodies are refused. Programs send `Authorization: Bearer <token>`; browsers the cookie of their session, and with it `Origin` wherever something changes.",
].join("\n\n");

type Document = ReturnType<typeof jsonSchemaTransformObject>;

/** Makes the document say what is meant where the generator cannot know. */
function finish(document: Document): Document {
  if (!("components" in document)) return document;
  const schemas: Record<string, unknown> = { ...document.components?.schemas };
  const kept = keepUsed(schemas, document.paths);
  for (const name in kept) loosen(kept[name]);
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path ?? {}) as Operation[]) {
      loosen(operation.responses);
      if (operation.requestBody?.description === optionalBody) operation.requestBody.required = false;
    }
  }
  return { ...document, components: { ...document.components, schemas: kept } } as Document;
}

interface Operation {
  responses?: unknown;
  requestBody?: { description?: string; required?: boolean };
}

/** Every registered schema comes in an input and an output variant; keeps those that something refers to. */
function keepUsed(schemas: Record<string, unknown>, paths: unknown): Record<string, unknown> {
  const used = new Set<string>();
  const queue: unknown[] = [paths];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const [, name] of JSON.stringify(node).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name === undefined || used.has(name)) continue;
      used.add(name);
      queue.push(schemas[name]);
    }
  }
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
}

/** Answers may get more keys one day; a generated client must not refuse them. */
function loosen(node: unknown): void {
  if (node === null || typeof node !== "object") return;
  if ("additionalProperties" in node && node.additionalProperties === false) delete node.additionalProperties;
  for (const child of Object.values(node)) loosen(child);
}
