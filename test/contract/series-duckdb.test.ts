import { createSystemClock } from "../../gateway/clock.ts";
import { createLog } from "../../gateway/log.ts";
import { openDuckdbStore } from "../../gateway/series/duckdb/store.ts";
import { seriesSettings } from "../../gateway/series/settings.ts";
import { describeSeriesStore } from "./series-store.contract.ts";

describeSeriesStore(
  "duckdb",
  ({ directory, fields, firstPosition }) =>
    openDuckdbStore({
      ...{ directory, fields },
      beginsAfter: firstPosition,
      settings: seriesSettings.parse({}),
      clock: createSystemClock(),
      log: createLog({ level: "silent" }),
    }),
  { runs: 10 },
);
