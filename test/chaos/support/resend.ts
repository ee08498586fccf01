import { createDeviceClient } from "./device-client.ts";
import type { Talker } from "./town.ts";
import { until } from "./wait.ts";

/** Lets devices send again, to another port, the newest messages of those that they had said; how many that were. */
export async function resend({
  port,
  talkers,
  most,
}: {
  port: number;
  talkers: readonly { readonly talker: Talker; readonly said: number }[];
  /** Of each device. */
  most: number;
}): Promise<number> {
  let sent = 0;
  const clients = talkers.map(({ talker, said }) => {
    const client = createDeviceClient({ ...talker.identity, port, window: most });
    return { client, talker, said };
  });
  await until("every device is back", () => clients.every(({ client }) => client.isConnected));
  for (const { client, talker, said } of clients) {
    for (let n = Math.max(0, said - most); n < said; n++) {
      client.publish({ ...talker.messageOf(n), acknowledged: () => {} });
      sent += 1;
    }
  }
  await until("what was sent again is acknowledged", () =>
    clients.every(({ client }) => client.outstanding === 0),
  );
  for (const { client } of clients) client.stop();
  return sent;
}
