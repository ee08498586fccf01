import type { Database } from "../contract.ts";
import type { Placement, Plan, PlanDetail, PlanImage, Point } from "./contract.ts";
import type { CheckedImage } from "./image.ts";
import type { PointKind } from "./point-kinds.ts";

/** A placement as its row holds it: the device by its id. */
interface PlacementRow {
  readonly device: string;
  readonly x: number;
  readonly y: number;
}

/** The statements on the tables of plans; all that write stand in the caller's transaction. */
export function preparePlans({ db }: Database) {
  const selectSite = db.prepare("SELECT * FROM plans WHERE site = ?");
  const selectOne = db.prepare("SELECT * FROM plans WHERE site = ? AND id = ?");
  const insert = db.prepare("INSERT INTO plans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const update = db.prepare(
    "UPDATE plans SET name = ?, building = ?, floor = ?, metres_per_unit = ?, version = ? WHERE site = ? AND id = ?",
  );
  const updateImage = db.prepare(
    "UPDATE plans SET width = ?, height = ?, metres_per_unit = ?, version = ?, type = ?, hash = ?, bytes = ? WHERE site = ? AND id = ?",
  );
  const erase = db.prepare("DELETE FROM plans WHERE site = ? AND id = ?");
  const sum = db.prepare("SELECT coalesce(sum(bytes), 0) AS bytes FROM plans");
  const selectImage = db.prepare(
    "SELECT type, hash, content FROM plans JOIN plan_images USING (site, id) WHERE site = ? AND id = ?",
  );
  const writeImage = db.prepare(
    "INSERT INTO plan_images VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET content = excluded.content",
  );
  const selectPlacements = db.prepare(
    `SELECT device, kind, x, y FROM plan_placements AS p JOIN devices AS d ON d.site = p.site AND d.id = p.device
      WHERE p.site = ? AND plan = ? ORDER BY device`,
  );
  const selectPlaces = db.prepare("SELECT plan, x, y FROM plan_placements WHERE site = ? AND device = ?");
  const clearPlacements = db.prepare("DELETE FROM plan_placements WHERE site = ? AND plan = ?");
  const insertPlacement = db.prepare("INSERT INTO plan_placements VALUES (?, ?, ?, ?, ?)");
  const selectPoints = db.prepare("SELECT * FROM plan_points WHERE site = ? AND plan = ?");
  const clearPoints = db.prepare("DELETE FROM plan_points WHERE site = ? AND plan = ?");
  const insertPoint = db.prepare("INSERT INTO plan_points VALUES (?, ?, ?, ?, ?, ?, ?)");
  const scalePlacements = db.prepare(
    "UPDATE plan_placements SET x = min(x * ?, ?), y = min(y * ?, ?) WHERE site = ? AND plan = ?",
  );
  const scalePoints = db.prepare(
    "UPDATE plan_points SET x = min(x * ?, ?), y = min(y * ?, ?) WHERE site = ? AND plan = ?",
  );

  const placementsOf = (site: string, id: string): Placement[] =>
    selectPlacements.all(site, id).map(({ device, kind, x, y }) => ({
      device: `${site}/${kind}/${device}`,
      ...{ x: Number(x), y: Number(y) },
    }));

  return {
    of: (site: string): Plan[] => selectSite.all(site).map(readPlan),
    find(site: string, id: string): PlanDetail | undefined {
      const row = selectOne.get(site, id);
      if (row === undefined) return undefined;
      const points = selectPoints.all(site, id).map(readPoint);
      points.sort((a, b) => Number(a.id) - Number(b.id));
      return { ...readPlan(row), placements: placementsOf(site, id), points };
    },
    image(site: string, id: string): PlanImage | undefined {
      const row = selectImage.get(site, id);
      return row && { type: String(row.type), hash: String(row.hash), content: row.content as Uint8Array };
    },
    placesOf: (site: string, device: string) =>
      selectPlaces
        .all(site, device)
        .map(({ plan, x, y }) => ({ plan: String(plan), x: Number(x), y: Number(y) })),
    /** Of all images of all sites. */
    bytes: (): number => Number(sum.get()?.bytes),
    bytesOf: (site: string, id: string): number => Number(selectOne.get(site, id)?.bytes ?? 0),
    write({ plan, image, createdAt }: { plan: Plan; image: CheckedImage; createdAt: number }): void {
      const { site, id, name, width, height, version } = plan;
      const texts = [plan.building ?? null, plan.floor ?? null] as const;
      const file = [image.type, image.hash, image.content.length] as const;
      insert.run(
        site,
        id,
        name,
        ...texts,
        width,
        height,
        plan.metresPerUnit ?? null,
        version,
        ...file,
        createdAt,
      );
      writeImage.run(site, id, image.content);
    },
    update({ site, id, name, building, floor, metresPerUnit, version }: Plan): void {
      update.run(name, building ?? null, floor ?? null, metresPerUnit ?? null, version, site, id);
    },
    setImage({ site, id, width, height, metresPerUnit, version }: Plan, image: CheckedImage): void {
      const file = [image.type, image.hash, image.content.length] as const;
      updateImage.run(width, height, metresPerUnit ?? null, version, ...file, site, id);
      writeImage.run(site, id, image.content);
    },
    /** Moves all that is drawn, and keeps it on the image of the plan's new measures. */
    scale({ site, id, width, height }: Plan, sx: number, sy: number): void {
      scalePlacements.run(sx, width, sy, height, site, id);
      scalePoints.run(sx, width, sy, height, site, id);
    },
    remove: (site: string, id: string): void => void erase.run(site, id),
    setPlacements({ site, id }: Plan, placements: readonly PlacementRow[]): void {
      clearPlacements.run(site, id);
      for (const { device, x, y } of placements) insertPlacement.run(site, id, device, x, y);
    },
    setPoints({ site, id }: Plan, points: readonly Point[]): void {
      clearPoints.run(site, id);
      for (const { id: point, kind, name, x, y } of points)
        insertPoint.run(site, id, point, kind, name ?? null, x, y);
    },
  };
}

type Row = Record<string, unknown>;

function readPlan(row: Row): Plan {
  const text = (value: unknown) => (value === null ? undefined : String(value));
  return {
    ...{ id: String(row.id), site: String(row.site), name: String(row.name) },
    ...{ building: text(row.building), floor: text(row.floor) },
    ...{ width: Number(row.width), height: Number(row.height), version: Number(row.version) },
    metresPerUnit: row.metres_per_unit === null ? undefined : Number(row.metres_per_unit),
    imageHash: String(row.hash),
  };
}

function readPoint(row: Row): Point {
  return {
    ...{ id: String(row.id), kind: row.kind as PointKind, x: Number(row.x), y: Number(row.y) },
    name: row.name === null ? undefined : String(row.name),
  };
}
