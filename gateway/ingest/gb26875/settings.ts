import { z } from "zod";

const count = (value: number, text: string) => z.int().min(1).default(value).describe(text);

/** Settings of the GB/T 26875.3 listener, to which fire alarm transmitters connect. Without a port there is none. */
export const gb26875Settings = z.object({
  port: z
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe(
      "Port to which fire alarm transmitters (GB/T 26875.3) connect; 0 takes a free one, without it there is none",
    ),
  host: z
    .string()
    .min(1)
    .default("127.0.0.1")
    .describe("Address of that listener; the protocol has no passwords, so a wider one needs `allowPlain`"),
  connections: count(512, "Connections in all; more are closed at once"),
  connectionsPerAddress: count(64, "Connections from one network address; more are closed at once"),
  connectionsPerSource: count(
    4,
    "Connections with one source address; at the bound the one that was silent longest is cut",
  ),
  sourcesPerConnection: count(64, "Source addresses on one connection; frames of further ones are refused"),
  firstFrameMs: count(30_000, "Time from the socket's opening to its first whole frame, ms; then it is cut"),
  silenceMs: count(
    180_000,
    "Time without a frame after which a connection is cut and its devices go offline, ms",
  ),
  splitFrameMs: count(
    5_000,
    "How long a frame may take from its first byte to its last, ms; then what came of it is taken for garbage",
  ),
  appBytes: count(1024, "Longest application part of a frame, bytes; a longer one is garbage"),
  garbageBytes: count(65_536, "Bytes in a row that are no frame, after which a connection is cut"),
  pendingFrames: count(
    64,
    "Frames of one connection that may wait to become durable; at the bound it is not read until half are done",
  ),
  framesPerSecond: count(
    200,
    "Frames a second of one connection; at the bound it is not read until the second is over",
  ),
  outBytes: count(65_536, "Bytes that may wait to be taken by a transmitter; at the bound it is cut"),
  repeatMs: count(
    60_000,
    "How long a frame is remembered, ms; one that comes again in this time is acknowledged and not taken twice",
  ),
  rememberedFrames: count(16, "Frames of one connection that are remembered; the oldest is forgotten"),
  openOrders: count(
    32,
    "Orders to one transmitter that wait for its answer; the oldest is no longer waited for",
  ),
  strangersPerMinute: count(
    60,
    "Frames a minute from source addresses that are not registered that are kept for people; more are only counted",
  ),
  liveEveryMs: count(
    60_000,
    "How often the components behind a transmitter that talks count as alive, ms; its panel watches them",
  ),
  stopTimeoutMs: count(5_000, "Longest wait for frames that were taken but are not durable at a stop, ms"),
});

export type Gb26875Settings = z.infer<typeof gb26875Settings>;
