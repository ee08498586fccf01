import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { type Answer, createAnswering } from "../answer/answering.ts";
import { answerPage } from "../answer/page.ts";
import { answerSteps } from "../answer/steps.ts";
import type { App } from "../app.ts";
import { takeForms } from "../form-bodies.ts";
import { languageOf } from "../language.ts";
import { sendPage } from "../login/show-page.ts";
import type { ApiParts } from "../parts.ts";

const url = "/a/:token";
const params = z.object({ token: z.string() });
const body = z.object({ step: z.enum(answerSteps).default("acknowledged") }).nullish();

/** The page behind the link of a notification: answers an alarm without log-in. GET and HEAD only show, for chat programs open links too. */
export function answerPageRoutes(app: App, parts: ApiParts): void {
  const answering = createAnswering(parts);

  app.register(async (scope: App) => {
    takeForms(scope);

    scope.route({
      method: ["GET", "HEAD"],
      url,
      schema: { operationId: "answerPage", hide: true, params },
      handler: async (request, reply) => show(request, reply, answering.look(request.params.token)),
    });

    scope.post(
      url,
      { schema: { operationId: "answerForm", hide: true, params, body } },
      async (request, reply) => {
        const { params, body, ip } = request;
        return show(request, reply, await answering.act(params.token, body?.step ?? "acknowledged", ip));
      },
    );
  });

  function show(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply {
    const view = { language: languageOf(request), zone: parts.zone, now: parts.clock.now() };
    // That a link was used before is a refusal for who presses its button, and no news for who only looks.
    const status = answer.result === "used" && request.method === "POST" ? 409 : statuses[answer.result];
    reply.header("x-robots-tag", "noindex").header("vary", "Accept-Language");
    return sendPage(reply, answerPage(answer, view), status);
  }
}

const statuses: Readonly<Record<Answer["result"], number>> = {
  ...{ open: 200, used: 200, done: 200 },
  taken: 409,
  over: 410,
  gone: 410,
  unknown: 404,
};
