import type { ReingestResult, Rejections } from "./api/parts.ts";
import type { Quarantine } from "./ingest/contract.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Rejection } from "./types.ts";

/** Rejections that one request may ingest again. */
const maxReingested = 5_000;

interface Parts {
  readonly quarantine: Quarantine;
  readonly pipeline: Pick<Pipeline, "accept">;
}

/** The refused messages as people work with them: looked at, and put through the path again after a fix. */
export function createRejections({ quarantine, pipeline }: Parts): Rejections {
  function again(rejection: Rejection): Promise<boolean> {
    const { topic, payload, at: receivedAt } = rejection;
    const message = {
      topic,
      payload: Buffer.from(payload, "base64"),
      qos: 1 as const,
      // Keeps a message without a number of its own from being taken twice.
      dup: true,
      principal: undefined,
      will: false,
      receivedAt,
    };
    return new Promise((resolve) => pipeline.accept(message, (refusal) => resolve(refusal === undefined)));
  }

  async function reingest(choice: {
    ids?: readonly string[] | undefined;
    group?: string | undefined;
  }): Promise<ReingestResult> {
    const asked = choice.ids ?? [];
    const found = asked.map((id) => quarantine.find(id)).filter((item) => item !== undefined);
    const members = choice.group === undefined ? [] : quarantine.members(choice.group, maxReingested);
    const rejections = [...new Map([...found, ...members].map((one) => [one.id, one])).values()];
    const outcomes = await Promise.all(rejections.map(again));
    quarantine.remove(rejections.map(({ id }) => id));
    const accepted = outcomes.filter(Boolean).length;
    return { accepted, refused: outcomes.length - accepted, missing: asked.length - found.length };
  }

  return {
    list: (query) => quarantine.list(query),
    groups: (sites) => quarantine.groups(sites),
    find: (id) => quarantine.find(id),
    reingest,
  };
}
