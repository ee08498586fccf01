import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** A number that only rises; `add` is a plain field increment, cheap enough for every message. */
export interface Count {
  add(by?: number): void;
  value(): number;
}

/** Counts that share a name and differ by one label, for example rejections by code. */
export interface CountBy {
  add(label: string, by?: number): void;
  value(label: string): number;
}

/** Makes the metrics of the gateway's parts and prints them for Prometheus. Names carry the prefix `linli_`. */
export interface Metrics {
  /** `name` without prefix and without `_total`. */
  count(name: string, help: string): Count;
  countBy(name: string, help: string, label: string): CountBy;
  /** `read` is called when the metrics are scraped. */
  gauge(name: string, help: string, read: () => number): void;
  /** A distribution in seconds; not for the per-message path. */
  duration(name: string, help: string, buckets: readonly number[]): { observe(seconds: number): void };
  /** The Prometheus text format. */
  text(): Promise<string>;
}

/** Values of one label; further ones count as `other`. */
const maxLabels = 200;

/** A registry of its own, so that several gateways in one process do not meet. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];

  function countBy(name: string, help: string, label: string): CountBy {
    const values = new Map<string, number>();
    new Counter({
      name: `linli_${name}_total`,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [value, count] of values) this.inc({ [label]: value }, count);
      },
    });
    return {
      add(wanted, by = 1) {
        // Labels are words of the program. Should one ever come from outside, it must not fill the memory of whoever scrapes.
        const value = values.has(wanted) || values.size < maxLabels ? wanted : "other";
        values.set(value, (values.get(value) ?? 0) + by);
      },
      value: (value) => values.get(value) ?? 0,
    };
  }

  function count(name: string, help: string): Count {
    let value = 0;
    new Counter({
      name: `linli_${name}_total`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(value);
      },
    });
    return {
      add(by = 1) {
        value += by;
      },
      value: () => value,
    };
  }

  return {
    count,
    countBy,
    gauge(name, help, read) {
      new Gauge({
        name: `linli_${name}`,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
    duration(name, help, buckets) {
      return new Histogram({ name: `linli_${name}_seconds`, help, buckets: [...buckets], registers });
    },
    text: () => registry.metrics(),
  };
}
