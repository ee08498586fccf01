import { z } from "zod";

/** Bounds and waits of the simulators, the recorder and the replayer. */
export const simulatorSettings = z.object({
  window: z.int().min(1).max(1000).default(16).describe("QoS 1 messages in flight per connection; more wait"),
  backlog: z
    .int()
    .min(1)
    .default(1000)
    .describe(
      "messages that may wait behind the window of one connection; the fleet waits, others are refused",
    ),
  connectsPerSecond: z
    .int()
    .min(1)
    .default(500)
    .describe("new connections opened per second at the start of a fleet"),
  connectTimeoutMs: z
    .int()
    .min(100)
    .default(10_000)
    .describe("longest wait for one CONNACK or API answer, ms"),
  keepaliveS: z.int().min(1).default(60).describe("MQTT keep-alive of simulated devices, s"),
  backoffMinMs: z
    .int()
    .min(1)
    .default(500)
    .describe("first wait before a lost connection is tried again, ms"),
  backoffMaxMs: z
    .int()
    .min(1)
    .default(30_000)
    .describe("longest wait before a lost connection is tried again, ms"),
  drainMs: z
    .int()
    .min(0)
    .default(5000)
    .describe("longest wait at the end for outstanding acknowledgements, ms"),
  tickMs: z
    .int()
    .min(5)
    .default(100)
    .describe("how often a fleet looks for devices whose next step is due, ms"),
  incidentLastsMs: z
    .int()
    .min(1000)
    .default(180_000)
    .describe("how long a device stays in trouble when a fleet lets things happen, ms"),
  fireEveryMs: z
    .int()
    .min(0)
    .default(300_000)
    .describe("least time between two fires when a fleet lets things happen, ms"),
  rememberedCommands: z
    .int()
    .min(1)
    .default(32)
    .describe(
      "command ids that a device remembers, so that one delivered twice is done once; the oldest is forgotten",
    ),
  maxLineBytes: z
    .int()
    .min(1024)
    .default(1_048_576)
    .describe("longest line of a cassette or ledger, bytes; a longer one is an error"),
  recordBufferBytes: z
    .int()
    .min(1024)
    .default(8_388_608)
    .describe("bytes that the recorder holds for a slow disk; then it stops reading from the broker"),
});

/** Parsed settings of the simulators. */
export type SimulatorSettings = z.infer<typeof simulatorSettings>;
