import { spawnSync } from "node:child_process";
import type { VictoriaServer } from "./victoria-server.ts";

/** Puts metrics in the Prometheus text format into the store as if they had been scraped at a moment, epoch ms. */
export async function takeMetrics(
  victoria: Pick<VictoriaServer, "url" | "flush">,
  { text, at }: { text: string; at: number },
): Promise<void> {
  const address = `${victoria.url}/api/v1/import/prometheus?timestamp=${at}`;
  const response = await fetch(address, { method: "POST", body: text });
  if (response.status !== 204) throw new RangeError(`${response.status}: ${await response.text()}`);
  await victoria.flush();
}

/** Asks in PromQL for a moment, epoch ms. `error` is what the server says instead of an answer. */
export async function askMetrics(
  victoria: Pick<VictoriaServer, "url">,
  { expr, at }: { expr: string; at: number },
): Promise<{ error?: string; values: number[] }> {
  const parameters = new URLSearchParams({ query: expr, time: String(at / 1000) });
  const response = await fetch(`${victoria.url}/api/v1/query?${parameters}`);
  const answer = (await response.json()) as {
    error?: string;
    data?: { result: { value: [number, string] }[] };
  };
  const values = (answer.data?.result ?? []).map(({ value }) => Number(value[1]));
  return { ...(answer.error !== undefined && { error: answer.error }), values };
}

/** What VictoriaMetrics says of a scrape configuration, unknown keys included; undefined when nothing is wrong. */
export function checkScrapeConfig(path: string): string | undefined {
  const { status, stderr } = spawnSync(
    "victoria-metrics",
    [`-promscrape.config=${path}`, "-promscrape.config.strictParse", "-promscrape.config.dryRun"],
    { encoding: "utf8" },
  );
  return status === 0 ? undefined : stderr;
}
