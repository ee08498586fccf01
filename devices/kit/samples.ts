import type { Sample } from "./kind.ts";

/** A telemetry message of an example, `afterS` seconds after the one before it. */
export function telemetry(values: Sample["payload"], afterS = 1): Sample {
  return { stream: "telemetry", afterS, payload: values };
}

/** An event message of an example, `afterS` seconds after the one before it. */
export function event(name: string, values: Sample["payload"] = {}, afterS = 1): Sample {
  return { stream: "event", afterS, payload: { event: name, ...values } };
}
