import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { exportFile } from "../../../gateway/series/export/file.ts";
import { aReading, aStore, dayMs, devices, midnight, someReadings } from "./support.ts";

const choice = {
  devices,
  fields: ["fill", "mode", "note"],
  from: midnight,
  to: midnight + dayMs,
  simulated: false,
};

async function exported(
  readings: ReturnType<typeof aReading>[],
  format: "csv" | "parquet",
  maxRows = 1_000_000,
) {
  const { store, folder } = await aStore();
  await store.write(readings, 1_000_000);
  const file = await exportFile({ store, directory: folder, maxRows }, { ...choice, format });
  return { file, folder };
}

describe("an export", () => {
  test("is a table that a spreadsheet reads, without formulas", async () => {
    const values = { fill: -0.5, mode: '故障, "1"', note: "=1+1" };
    const { file } = await exported([aReading({ time: midnight, quality: "suspect", values })], "csv");
    expect(readFileSync(file.path, "utf8")).toBe(
      [
        "\ufefftime,device,field,value,quality,receivedAt",
        "2026-01-15T00:00:00.000Z,xinfa/bin/b1,fill,-0.5,suspect,2026-01-15T00:00:00.040Z",
        '2026-01-15T00:00:00.000Z,xinfa/bin/b1,mode,"故障, ""1""",suspect,2026-01-15T00:00:00.040Z',
        "2026-01-15T00:00:00.000Z,xinfa/bin/b1,note,'=1+1,suspect,2026-01-15T00:00:00.040Z",
        "",
      ].join("\r\n"),
    );
    expect(file.rows).toBe(3);
  });

  test("is a Parquet file that any engine reads", async () => {
    const readings = someReadings(midnight, midnight + dayMs, 60_000);
    const { file, folder } = await exported(readings, "parquet");
    const connection = await (await DuckDBInstance.create()).connect();
    const rows = await connection.runAndReadAll(
      `SELECT field, count(*)::INTEGER, sum("value"), max("text"), min(epoch_ms(time))::DOUBLE FROM '${file.path}' GROUP BY field ORDER BY field`,
    );
    const real = readings.filter(({ quality }) => quality !== "simulated");
    const sum = real.reduce((total, { values }) => total + (values.fill as number), 0);
    expect(rows.getRows()).toEqual([
      ["fill", real.length, expect.closeTo(sum, 6), null, midnight],
      ["mode", real.length, null, "故障", midnight],
      ["note", real.length, null, "n4", midnight],
    ]);
    expect(readdirSync(join(folder, "export"))).toHaveLength(1);
  });

  test.each(["csv", "parquet"] as const)("with too many values leaves no %s file", async (format) => {
    const { store, folder } = await aStore();
    await store.write(someReadings(midnight, midnight + dayMs, 60_000), 1_000_000);
    const many = exportFile({ store, directory: folder, maxRows: 100 }, { ...choice, format });
    await expect(many).rejects.toMatchObject({ code: "limit-reached", message: /more than 100 values/ });
    expect(readdirSync(join(folder, "export"))).toEqual([]);
  });
});
