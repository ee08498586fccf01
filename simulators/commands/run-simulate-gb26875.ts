import { createSystemClock } from "../../gateway/clock.ts";
import { startBuilding } from "../gb26875/building.ts";
import { startProgress } from "../progress.ts";
import { createRandom } from "../random.ts";
import { aborted, exitCodes } from "./run.ts";
import type { SimulateGb26875Options } from "./simulate-gb26875.ts";

/** Runs `linli simulate-gb26875`. */
export async function simulateGb26875(
  address: { readonly host: string; readonly port: number },
  options: SimulateGb26875Options,
  signal: AbortSignal,
): Promise<number> {
  const { source, components, heartbeat, incidents, duty } = options;
  const clock = createSystemClock();
  const building = startBuilding({
    ...address,
    ...{ source, clock, components },
    random: createRandom(options.seed),
    heartbeatMs: heartbeat * 1000,
    incidentEveryMs: incidents === undefined ? undefined : incidents * 1000,
    dutyAnswerMs: duty === 0 ? undefined : duty * 1000,
    tell: (line) => progress.say(line),
  });
  const { stats } = building.transmitter;
  const progress = startProgress({ output: process.stderr, clock, read: () => ({ ...stats() }), rates: [] });
  progress.say(`${source} calls ${address.host}:${address.port}; stop with Ctrl+C`);
  const limit =
    options.for === undefined
      ? []
      : [new Promise<void>((resolve) => clock.after(options.for! * 1000, resolve))];
  try {
    await Promise.race([aborted(signal), ...limit]);
  } finally {
    await building.stop();
    progress.end();
  }
  const { refused, waiting, acknowledged } = stats();
  return refused > 0 || (waiting > 0 && acknowledged === 0) ? exitCodes.failed : exitCodes.ok;
}
