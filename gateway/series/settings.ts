import { z } from "zod";

const dayMs = 86_400_000;

/** Settings of the time series store. */
export const seriesSettings = z.object({
  store: z
    .enum(["duckdb", "influxdb", "victoria-metrics"])
    .default("duckdb")
    .describe("Where history is kept: in the data folder, or on a server."),
  batchRows: z
    .int()
    .min(100)
    .default(5_000)
    .describe("Readings that are written to the store at a time; more wait in the journal."),
  batchMs: z
    .int()
    .min(10)
    .default(1000)
    .describe("How long readings gather before they are written to the store, ms."),
  maxFutureMs: z
    .int()
    .min(0)
    .default(300_000)
    .describe("A device time further ahead than this is not believed; the receive time takes its place, ms."),
  maxPastMs: z
    .int()
    .min(dayMs)
    .default(90 * dayMs)
    .describe("A device time further back than this is not believed; the receive time takes its place, ms."),
  maxSeries: z
    .int()
    .min(1)
    .default(100_000)
    .describe("Pairs of device and field that are kept; values of further ones are refused and counted."),
  maxTexts: z
    .int()
    .min(1)
    .default(200_000)
    .describe("Different words in states and texts that are kept; further ones are refused and counted."),
  queries: z
    .int()
    .min(1)
    .max(16)
    .default(2)
    .describe("Queries that run at the same time, beside one export."),
  waitingQueries: z
    .int()
    .min(0)
    .default(32)
    .describe("Queries that may wait for their turn; further ones are answered 503."),
  queryTimeoutMs: z
    .int()
    .min(100)
    .default(10_000)
    .describe("Longest time of one query; then it is interrupted, ms."),
  exportTimeoutMs: z.int().min(100).default(300_000).describe("Longest time of one export, ms."),
  maxDevices: z.int().min(1).default(500).describe("Devices of one query; more are refused."),
  maxPoints: z
    .int()
    .min(1000)
    .default(100_000)
    .describe("Points, or values as they came, of one answer; more are refused."),
  exportRows: z.int().min(1000).default(5_000_000).describe("Values of one export; a larger one is refused."),
  lookBackMs: z
    .int()
    .min(60_000)
    .default(30 * dayMs)
    .describe("How far back a chart looks for the value that held at its beginning, ms."),
  alertAfterMs: z
    .int()
    .min(1000)
    .default(120_000)
    .describe("An alert is raised when readings wait and the store has taken none for so long, ms."),
  retryMs: z
    .int()
    .min(10)
    .default(1000)
    .describe("Wait after a write that the store refused, ms; doubled each time."),
  retryMaxMs: z.int().min(10).default(30_000).describe("Longest wait after a refused write, ms."),
  hungAfterMs: z
    .int()
    .min(1000)
    .default(60_000)
    .describe("The store's process is ended and started again when it gave no sign of life for so long, ms."),
  restartMinMs: z
    .int()
    .min(10)
    .default(500)
    .describe("Wait before the store's process is started again, ms; doubled each time it ends at once."),
  restartMaxMs: z.int().min(100).default(30_000).describe("Longest wait before it is started again, ms."),
  setAsideAfter: z
    .int()
    .min(1)
    .default(3)
    .describe(
      "A store file is set aside and made anew when the process ended so often without having read it.",
    ),
  duckdb: z
    .strictObject({
      memoryMb: z.int().min(64).default(256).describe("Memory for the engine's own data, MB."),
      threads: z.int().min(1).max(16).default(1).describe("Threads of the engine."),
      freshRows: z
        .int()
        .min(1000)
        .default(250_000)
        .describe("Values that wait unsorted before they are sorted in and folded."),
      freshMs: z.int().min(1000).default(600_000).describe("Longest time that values wait unsorted, ms."),
      sealAfterMs: z
        .int()
        .min(0)
        .default(3_600_000)
        .describe("How long after its end a day becomes a file, ms; late values are added once a day."),
      keepRawMs: z
        .int()
        .min(dayMs)
        .default(90 * dayMs)
        .describe("How long values are kept as they came, ms."),
      keep5MinMs: z
        .int()
        .min(62 * dayMs)
        .default(730 * dayMs)
        .describe("How long values folded by 5 minutes are kept, ms."),
      keep1HourMs: z
        .int()
        .min(62 * dayMs)
        .default(3650 * dayMs)
        .describe("How long values folded by hours are kept, ms."),
      keepDamaged: z.int().min(0).default(2).describe("Damaged store files that are kept for inspection."),
    })
    .prefault({}),
  influx: z
    .strictObject({
      url: z.string().default("http://127.0.0.1:8086").describe("Address of the server."),
      api: z
        .enum(["v1", "v2"])
        .default("v2")
        .describe("v1: InfluxDB 1.x, and VictoriaMetrics. v2: InfluxDB 2 and 3."),
      database: z.string().min(1).default("linli").describe("Bucket, or database of InfluxDB 1.x."),
      org: z.string().default("linli").describe("Organisation of InfluxDB 2."),
      token: z.string().optional().describe("Token of InfluxDB 2 and 3."),
      username: z.string().optional().describe("User name of InfluxDB 1.x or VictoriaMetrics."),
      password: z.string().optional().describe("Password of that user."),
      timeoutMs: z.int().min(100).default(10_000).describe("Longest wait for an answer of the server, ms."),
      batchLines: z.int().min(1).default(5000).describe("Lines of one write."),
    })
    .prefault({}),
});

/** The settings of the time series store with every default filled in. */
export type SeriesSettings = z.infer<typeof seriesSettings>;
