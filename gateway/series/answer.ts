import { GatewayError } from "../errors.ts";
import type { RangeAnswer, RangeQuery, RangeRequest, SeriesStore } from "./contract.ts";
import { autoPoints, planRange } from "./plan.ts";
import type { SeriesSettings } from "./settings.ts";

/** What a range is answered from. */
export interface AnswerParts {
  readonly store: SeriesStore;
  readonly settings: Pick<SeriesSettings, "maxPoints" | "lookBackMs">;
  readonly now: () => number;
}

/** For so short a range `auto` gives the values as they came, where they are not too many, ms. */
const autoRawMs = 21_600_000;

/** History of some fields of some devices, with what held at its beginning. */
export async function answerRange(parts: AnswerParts, request: RangeRequest): Promise<RangeAnswer> {
  const { store, settings } = parts;
  const { devices, fields, from } = request;
  const answer = await findRange(parts, request);
  const isReal = !request.simulated && from > 0;
  const before = isReal
    ? await store.latest({ devices, fields, before: from, withinMs: settings.lookBackMs })
    : [];
  return { ...answer, before };
}

async function findRange(parts: AnswerParts, request: RangeRequest): Promise<Omit<RangeAnswer, "before">> {
  const { store, settings, now } = parts;
  const isShort = request.to - request.from <= autoRawMs;
  // Values of a replay are kept as they came only.
  if (request.step === "raw" || request.simulated) return raw(parts, request, settings.maxPoints);
  if (request.step === "auto" && isShort) {
    const found = await raw(parts, request, autoPoints).catch(unlessTooMany);
    if (found !== undefined) return found;
  }
  const plan = planRange(request, store.levels, now());
  const stepMs = plan.stepMs!;
  const points = ((plan.to - plan.from) / stepMs) * request.devices.length * request.fields.length;
  refuseTooMany(points, settings.maxPoints);
  const stepped = await store.stepped({ ...request, ...plan, stepMs });
  return { stepMs, level: plan.level, raw: [], stepped };
}

async function raw(
  { store }: AnswerParts,
  request: RangeRequest,
  maxValues: number,
): Promise<Omit<RangeAnswer, "before">> {
  const query: RangeQuery = { ...request, stepMs: undefined, level: "raw" };
  return { stepMs: undefined, level: "raw", raw: await store.raw(query, maxValues), stepped: [] };
}

function unlessTooMany(error: unknown): undefined {
  if (error instanceof GatewayError && error.code === "limit-reached") return undefined;
  throw error;
}

/** Throws `limit-reached` when an answer would have more points than it may. */
export function refuseTooMany(points: number, maxPoints: number): void {
  if (points <= maxPoints) return;
  throw new GatewayError(
    "limit-reached",
    `the answer would have up to ${Math.ceil(points)} points, at most ${maxPoints} are given (series.maxPoints); ask for less time, fewer devices or fields, or a larger step`,
  );
}
