import type { Clock } from "../../clock.ts";
import type { SeriesFields } from "../contract.ts";
import type { SeriesSettings } from "../settings.ts";

/** What a store on a server is made of. */
export interface RemoteParts {
  readonly settings: SeriesSettings["influx"];
  readonly fields: SeriesFields;
  /** Where the position is kept. */
  readonly directory: string;
  /** Where a database that is not known yet begins. */
  readonly firstPosition: number;
  /** A server that asks to be left alone for longer is asked again after this, ms. */
  readonly retryMaxMs: number;
  /** Pairs of device and field that are written; values of further ones are refused. */
  readonly maxSeries: number;
  /** How long values may name a person, ms; for ever when absent. */
  readonly keepPersonsMs?: number;
  readonly clock: Clock;
}
