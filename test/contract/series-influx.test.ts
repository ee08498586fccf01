import { afterAll, beforeAll } from "vitest";
import { createSystemClock } from "../../gateway/clock.ts";
import { openInfluxStore } from "../../gateway/series/influx/store.ts";
import { hasInflux, type InfluxServer, openInflux } from "../support/influx-server.ts";
import { anInfluxSetting } from "../support/influx-settings.ts";
import { aReading } from "./series-model.ts";
import { describeSeriesStore } from "./series-store.contract.ts";

if (!hasInflux) {
  console.warn(
    "\nMISSING: influxd (Debian: apt-get install influxdb).\n" +
      "The InfluxDB store is NOT checked against a real server on this machine.\n",
  );
}

let server: InfluxServer;
beforeAll(async () => {
  if (hasInflux) server = await openInflux();
});
afterAll(() => server?.stop());

describeSeriesStore(
  "influxdb",
  ({ name, ...place }) =>
    openInfluxStore({
      ...place,
      settings: anInfluxSetting({ url: server.url, database: name }),
      retryMaxMs: 30_000,
      maxSeries: 100_000,
      clock: createSystemClock(),
    }),
  {
    skip: !hasInflux,
    keepsReceivedAt: false,
    // Beyond 64 bits of nanoseconds.
    neverTaken: aReading({ time: Date.UTC(2300, 0) }),
  },
);
