import { afterAll, beforeAll } from "vitest";
import { createSystemClock } from "../../gateway/clock.ts";
import { openVictoriaStore } from "../../gateway/series/victoria/store.ts";
import { anInfluxSetting } from "../support/influx-settings.ts";
import { hasVictoria, openVictoria, type VictoriaServer } from "../support/victoria-server.ts";
import { describeSeriesStore } from "./series-store.contract.ts";

if (!hasVictoria) {
  console.warn(
    "\nMISSING: victoria-metrics (Debian: apt-get install victoria-metrics).\n" +
      "The VictoriaMetrics store is NOT checked against a real server on this machine.\n",
  );
}

let server: VictoriaServer;
beforeAll(async () => {
  if (hasVictoria) server = await openVictoria();
});
afterAll(() => server?.stop());

describeSeriesStore(
  "victoria-metrics",
  ({ name, ...place }) =>
    openVictoriaStore({
      ...place,
      settings: anInfluxSetting({ url: server.url, database: name }),
      retryMaxMs: 30_000,
      maxSeries: 100_000,
      clock: createSystemClock(),
    }),
  {
    skip: !hasVictoria,
    settle: () => server.flush(),
    digits: 12,
    keepsEqualTimes: false,
    keepsReceivedAt: false,
  },
);
