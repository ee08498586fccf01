import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { fastify } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { cannotListen } from "../errors.ts";
import type { App } from "./app.ts";
import { installAuditTrail } from "./audit-trail.ts";
import { refuseGarbage, watchConnections } from "./connections.ts";
import { installGuard } from "./guard.ts";
import { securityHeaders } from "./headers.ts";
import { closeServer, type HttpOptions, httpOptions } from "./http-server.ts";
import { createLinkUse, type LinkUse } from "./login/link-use.ts";
import { createLogIn, type LogIn } from "./login/log-in.ts";
import { installOpenapi } from "./openapi.ts";
import type { ApiParts } from "./parts.ts";
import { createErrorHandler, sendProblem } from "./problem.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { alertStepRoutes } from "./routes/alert-steps.ts";
import { alertRoutes } from "./routes/alerts.ts";
import { answerPageRoutes } from "./routes/answer-pages.ts";
import { auditRoutes } from "./routes/audit.ts";
import { authorityRoutes } from "./routes/authority.ts";
import { availabilityRoutes } from "./routes/availability.ts";
import { backupRoutes } from "./routes/backup.ts";
import { chainRoutes } from "./routes/chains.ts";
import { claimRoutes } from "./routes/claims.ts";
import { commandRoutes } from "./routes/commands.ts";
import { contactRoutes } from "./routes/contacts.ts";
import { credentialRoutes } from "./routes/credentials.ts";
import { crewRoutes } from "./routes/crews.ts";
import { deviceRoutes } from "./routes/devices.ts";
import { drillRoutes } from "./routes/drills.ts";
import { dutyCheckRoutes } from "./routes/duty-checks.ts";
import { exportRoutes } from "./routes/export.ts";
import { deviceFileRoutes, importRoutes } from "./routes/import.ts";
import { incidentPlaceRoutes } from "./routes/incident-place.ts";
import { incidentTimeRoutes } from "./routes/incident-times.ts";
import { incidentRoutes } from "./routes/incidents.ts";
import { kindRoutes } from "./routes/kinds.ts";
import { limitPreviewRoutes } from "./routes/limit-preview.ts";
import { limitRoutes } from "./routes/limits.ts";
import { linkRoutes } from "./routes/links.ts";
import { loginPageRoutes } from "./routes/login-pages.ts";
import { muteRoutes } from "./routes/mutes.ts";
import { notificationRoutes } from "./routes/notifications.ts";
import { oidcRoutes } from "./routes/oidc.ts";
import { operationRoutes } from "./routes/operation.ts";
import { pageRoutes } from "./routes/pages.ts";
import { peopleRoutes } from "./routes/people.ts";
import { personRoutes } from "./routes/persons.ts";
import { planRoutes } from "./routes/plans.ts";
import { rejectionRoutes } from "./routes/rejections.ts";
import { screenRoutes } from "./routes/screens.ts";
import { seriesRoutes } from "./routes/series.ts";
import { sessionRoutes } from "./routes/session.ts";
import { shiftRoutes } from "./routes/shifts.ts";
import { siteRoutes } from "./routes/sites.ts";
import { streamRoutes } from "./routes/stream.ts";
import { tokenRoutes } from "./routes/tokens.ts";

/** The HTTP side of the gateway. */
export interface Api {
  /** Starts to listen; the port that was taken. Throws `port-taken`. */
  listen(): Promise<{ port: number }>;
  /** For the WebSocket door: hook `upgrade` here. Sockets that were upgraded are the hooker's to close. */
  readonly server: Server;
  /** Makes an HTTPS server answer as well, with the same routes and bounds; the caller makes it, opens and closes its port. */
  serveAlso(make: (options: HttpOptions) => HttpsServer): HttpsServer;
  /** Answers a request without a socket, for tests. */
  readonly inject: App["inject"];
  /** Ends the streams, waits for open requests for `closeGraceMs`, closes. */
  close(): Promise<void>;
}

/** Makes the API ready; `listen` opens its port. A route without a role fails here. */
export async function openApi(parts: ApiParts): Promise<Api> {
  const app = createApp(parts);
  installGuard(app, parts);
  installAuditTrail(app, parts);
  installHeaders(app);
  installMeasures(app, parts);
  await installOpenapi(app, parts.version);
  // The document is collected from routes that are added after the plugin, so they go into a plugin too.
  app.register(async (scope) => {
    const routes = scope.withTypeProvider<ZodTypeProvider>();
    const logIn = createLogIn(parts);
    const all = { ...parts, logIn, linkUse: createLinkUse({ ...parts, logIn }) };
    for (const add of routeGroups) add(routes, all);
  });
  await app.ready();
  const connections = watchConnections(parts);
  connections.watch(app.server);
  const others: HttpsServer[] = [];

  return {
    server: app.server,
    inject: app.inject.bind(app) as App["inject"],
    async listen() {
      const { host, port } = parts.settings;
      try {
        await app.listen({ host, port });
      } catch (cause) {
        throw cannotListen({ what: "HTTP", host, port, variable: "LINLI_HTTP_PORT", cause });
      }
      return { port: (app.server.address() as AddressInfo).port };
    },
    serveAlso(make) {
      const server = make(httpOptions(parts.settings));
      server.on("request", (request: IncomingMessage, response: ServerResponse) =>
        app.routing(request, response),
      );
      server.on("clientError", refuseGarbage);
      connections.watch(server);
      others.push(server);
      return server;
    },
    async close() {
      parts.live.endAll();
      const cut = setTimeout(connections.destroyAll, parts.settings.closeGraceMs);
      await Promise.all([app.close(), ...others.map(closeServer)]);
      clearTimeout(cut);
    },
  };
}

/** What routes get: the parts, and the ways in that are made of them. */
type RouteParts = ApiParts & { readonly logIn: LogIn; readonly linkUse: LinkUse };

const routeGroups: readonly ((app: App, parts: RouteParts) => void)[] = [
  kindRoutes,
  siteRoutes,
  planRoutes,
  deviceRoutes,
  credentialRoutes,
  claimRoutes,
  importRoutes,
  deviceFileRoutes,
  limitRoutes,
  limitPreviewRoutes,
  commandRoutes,
  alertRoutes,
  alertStepRoutes,
  incidentRoutes,
  incidentTimeRoutes,
  incidentPlaceRoutes,
  notificationRoutes,
  contactRoutes,
  crewRoutes,
  shiftRoutes,
  chainRoutes,
  dutyCheckRoutes,
  muteRoutes,
  drillRoutes,
  availabilityRoutes,
  seriesRoutes,
  exportRoutes,
  rejectionRoutes,
  personRoutes,
  accountRoutes,
  tokenRoutes,
  sessionRoutes,
  peopleRoutes,
  linkRoutes,
  loginPageRoutes,
  oidcRoutes,
  answerPageRoutes,

  auditRoutes,
  streamRoutes,
  authorityRoutes,
  backupRoutes,
  operationRoutes,
  pageRoutes,
  screenRoutes,
];

function createApp({ settings, log }: ApiParts): App {
  const { requestTimeout, keepAliveTimeout, ...http } = httpOptions(settings);
  const app = fastify({
    logger: false,
    bodyLimit: settings.bodyBytes,
    requestTimeout,
    keepAliveTimeout,
    http,
    trustProxy: settings.trustProxy.length === 0 ? false : settings.trustProxy,
    forceCloseConnections: "idle",
    return503OnClosing: false,
    exposeHeadRoutes: false,
    // A path that cannot be decoded never reaches a route or its hooks.
    frameworkErrors: (error, _request, reply) => {
      reply.headers(securityHeaders);
      sendProblem(reply, { code: "invalid-request", status: 400, detail: error.message });
    },
    clientErrorHandler: refuseGarbage,
    // Without these Fastify loads Ajv and fast-json-stringify, 4 MiB that zod makes needless.
    schemaController: {
      compilersFactory: {
        // Their types speak of JSON Schema; every schema of this API is one of zod.
        buildValidator: () => validatorCompiler as never,
        buildSerializer: () => serializerCompiler as never,
      },
    },
  }).withTypeProvider<ZodTypeProvider>();
  takeEmptyBodies(app);
  app.setErrorHandler(createErrorHandler(log));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, {
      code: "not-found",
      status: 404,
      detail: `nothing answers ${request.method} at this path; /docs lists what does`,
    }),
  );
  return app;
}

/** Many clients send `Content-Type: application/json` also where there is nothing to say. */
function takeEmptyBodies(app: App): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body: string, done) => {
    if (body === "") done(null, undefined);
    else parse(request, body, done);
  });
}

function installHeaders(app: App): void {
  app.addHook("onSend", async (_request, reply) => {
    for (const name in securityHeaders) {
      if (!reply.hasHeader(name)) reply.header(name, securityHeaders[name]);
    }
  });
}

function installMeasures(app: App, { metrics }: Pick<ApiParts, "metrics">): void {
  const answered = metrics.countBy("http_responses", "HTTP answers by status class", "status");
  const duration = metrics.duration(
    "http_response",
    "Time from request to answer",
    [0.001, 0.005, 0.02, 0.1, 0.5, 2],
  );
  app.addHook("onResponse", async (request, reply) => {
    // A stream lasts as long as somebody watches; that is no response time.
    if (request.routeOptions.schema?.operationId === "stream") return;
    answered.add(`${Math.floor(reply.statusCode / 100)}xx`);
    duration.observe(reply.elapsedTime / 1000);
  });
}
