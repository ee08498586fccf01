import type { KnownDevice } from "../../types.ts";
import type { App } from "../app.ts";
import { chooseDevices, chooseFields, chooseTime, orRequestFault } from "../history-choice.ts";
import { deviceOf, siteOf } from "../lookup.ts";
import type { ApiParts } from "../parts.ts";
import { presentAlert } from "../present/alert.ts";
import { presentEvents, splitEvents } from "../present/event.ts";
import { presentSeries } from "../present/series.ts";
import { problems } from "../schemas/problem.ts";
import {
  deviceParams,
  deviceSeriesAnswer,
  deviceSeriesQuery,
  seriesAnswer,
  siteParams,
  siteSeriesQuery,
  totalAnswer,
  totalQuery,
} from "../schemas/series.ts";
import { iso } from "../schemas/shared.ts";

const tags = ["series"];
/** Alerts beside a chart; a device with more in its range has another trouble than too short a list. */
const maxAlerts = 200;

/** History for charts: of a device, of several, and one field over many. */
export function seriesRoutes(
  app: App,
  parts: Pick<ApiParts, "registry" | "catalogue" | "faultOf" | "book" | "series" | "clock" | "historyLimits">,
): void {
  const { series, book, clock, historyLimits } = parts;

  app.get(
    "/api/v1/sites/:site/devices/:id/series",
    {
      schema: {
        operationId: "deviceSeries",
        tags,
        summary: "The history of a device",
        description: `Values with the alerts and events of the same time. ${description}`,
        params: deviceParams,
        querystring: deviceSeriesQuery,
        response: { 200: deviceSeriesAnswer, ...problems(400, 404, 503) },
      },
    },
    async ({ params, query }, reply) => {
      const known = deviceOf(parts, params.site, params.id);
      const time = chooseTime(query, clock.now());
      const choice = { devices: [known.device], ...time, simulated: query.simulated };
      const fields = [...chooseFields([known], query.fields), "event"];
      const answer = await orRequestFault(series.range({ ...choice, fields, step: query.step }));
      const { values, events } = splitEvents(answer);
      const alerts = book.list({ device: known.device, ...time, limit: maxAlerts });
      return plainly(reply).send({
        ...presentSeries(values, { ...time, devices: [known], agg: query.agg }),
        alerts: {
          items: alerts.items.map((alert) => presentAlert(parts, alert)),
          complete: alerts.next === undefined,
        },
        events: presentEvents(events, known.definition),
      });
    },
  );

  app.get(
    "/api/v1/sites/:site/series",
    {
      schema: {
        operationId: "siteSeries",
        tags,
        summary: "The history of several devices",
        description: `Name \`devices\`, or a \`kind\`. ${description}`,
        params: siteParams,
        querystring: siteSeriesQuery,
        response: { 200: seriesAnswer, ...problems(400, 404, 503) },
      },
    },
    async ({ params, query }, reply) => {
      const devices = chosen(params.site, query);
      const time = chooseTime(query, clock.now());
      const answer = await orRequestFault(
        series.range({
          ...time,
          devices: devices.map(({ device }) => device),
          fields: chooseFields(devices, query.fields),
          step: query.step,
          simulated: query.simulated,
        }),
      );
      return plainly(reply).send(presentSeries(answer, { ...time, devices, agg: query.agg }));
    },
  );

  app.get(
    "/api/v1/sites/:site/series/total",
    {
      schema: {
        operationId: "siteTotal",
        tags,
        summary: "One field over many devices: occupancy of a car park, fill of all bins",
        description:
          "At the end of each step every device counts with its last value, as long as a device of its kind may be silent and a day more. So sensors that report changes only add up at every moment.",
        params: siteParams,
        querystring: totalQuery,
        response: { 200: totalAnswer, ...problems(400, 404, 503) },
      },
    },
    async ({ params, query }, reply) => {
      const { field, step } = query;
      const devices = chosen(params.site, query);
      const time = chooseTime(query, clock.now());
      chooseFields(devices, [field]);
      const { fields } = devices[0]!.definition;
      const carryMs = Math.max(...devices.map(quietAfterMs)) + dayMs;
      const names = devices.map(({ device }) => device);
      const answer = await orRequestFault(
        series.total({ devices: names, field, ...time, step: step as number | "auto", carryMs }),
      );
      const { title, unit = null } = fields[field]!;
      const { times, sum, mean, min, max, devices: counted, states, stepMs, level } = answer;
      return plainly(reply).send({
        ...{ from: iso(time.from), to: iso(time.to), stepMs, level, field, title, unit },
        times: times.map(iso),
        devices: [...counted],
        ...{ sum: [...sum], mean: [...mean], min: [...min], max: [...max] },
        states: Object.fromEntries(Object.entries(states).map(([state, counts]) => [state, [...counts]])),
      });
    },
  );

  function chosen(site: string, query: Parameters<typeof chooseDevices>[1]["query"]): KnownDevice[] {
    return chooseDevices(parts, {
      site: siteOf(parts, site).id,
      query,
      maxDevices: historyLimits.maxDevices,
    });
  }
}

const description = [
  "A step without a value is null, so that gaps are seen; `before` is what held at the beginning.",
  "`auto` takes the finest step with at most 1,000 points, or the values as they came where they are few; `level` says which level of the store answered.",
].join(" ");

const dayMs = 86_400_000;

function quietAfterMs({ intervalMs, definition }: KnownDevice): number {
  return intervalMs === undefined
    ? definition.quietAfterMs
    : (intervalMs * definition.quietAfterMs) / definition.intervalMs;
}

/** Long lists of numbers that were made here are not checked once more number by number: it would hold up the messages. */
function plainly<R extends { serializer(write: (value: unknown) => string): R }>(reply: R): R {
  return reply.serializer((value) => JSON.stringify(value));
}
