import { GatewayError } from "../../errors.ts";
import type { Database, Registry } from "../contract.ts";
import { quote, readText } from "../device-check.ts";
import type { StateSettings } from "../settings.ts";
import type { NewPlan, Placement, Plan, PlanChange, PlanDetail, Plans } from "./contract.ts";
import { type CheckedImage, checkImage } from "./image.ts";
import { preparePlans } from "./table.ts";

interface PlansParts {
  readonly database: Database;
  readonly registry: Pick<Registry, "deviceAt">;
  readonly settings: Pick<StateSettings, "maxPlans" | "maxPlanBytes" | "maxPlanImageBytes" | "maxPlanMarks">;
  readonly clock: { now(): number };
  readonly newId: () => string;
}

/** Plans in SQLite. They are looked at by people, a few times a minute, so nothing of them is held in memory. */
export function openPlans({ database, registry, settings, clock, newId }: PlansParts): Plans {
  const table = preparePlans(database);

  function get(site: string, id: string): PlanDetail {
    const plan = table.find(site, id);
    if (plan === undefined) throw new GatewayError("not-found", `site "${site}" has no plan "${id}"`);
    return plan;
  }

  function checkRoom(added: CheckedImage, replaced = 0): void {
    if (table.bytes() - replaced + added.content.length <= settings.maxPlanBytes) return;
    throw new GatewayError(
      "limit-reached",
      `the images of all plans may have ${settings.maxPlanBytes} bytes together`,
      {
        path: "image",
      },
    );
  }

  function placed(site: string, plan: Plan, placements: readonly Placement[]) {
    if (placements.length > settings.maxPlanMarks) refuseMarks("placements");
    const seen = new Set<string>();
    return placements.map(({ device, x, y }, index) => {
      const path = `placements[${index}]`;
      const [at, , id = ""] = device.split("/");
      const known = at === site ? registry.deviceAt(site, id) : undefined;
      if (known?.device !== device) refuse(`${path}.device`, `site ${site} has no device ${quote(device)}`);
      if (seen.has(device)) refuse(`${path}.device`, `${device} stands twice on this plan`);
      seen.add(device);
      checkSpot(plan, { x, y }, path);
      return { device: id, x, y };
    });
  }

  function drawn(plan: Plan, points: NonNullable<PlanChange["points"]>) {
    if (points.length > settings.maxPlanMarks) refuseMarks("points");
    return points.map(({ kind, name, x, y }, index) => {
      const path = `points[${index}]`;
      checkSpot(plan, { x, y }, path);
      return { id: String(index + 1), kind, name: readText(name ?? undefined, `${path}.name`, refuse), x, y };
    });
  }

  function refuseMarks(path: string): never {
    throw new GatewayError("limit-reached", `a plan may have ${settings.maxPlanMarks} ${path}`, { path });
  }

  const check = (image: Uint8Array) => checkImage(image, { maxBytes: settings.maxPlanImageBytes });

  return {
    of: (site) => [...table.of(site)].sort(inReadingOrder),
    find: table.find,
    image: table.image,
    placesOf(device) {
      const [site = "", , id = ""] = device.split("/");
      return table.placesOf(site, id);
    },
    add(site, fields, image) {
      const checked = check(image);
      if (table.of(site).length >= settings.maxPlans)
        throw new GatewayError("limit-reached", `site ${site} may have ${settings.maxPlans} plans`);
      checkRoom(checked);
      const { width, height, hash: imageHash } = checked;
      const id = newId();
      const plan = { id, site, ...texts(fields), width, height, version: 1, imageHash };
      database.transaction(() => table.write({ plan, image: checked, createdAt: clock.now() }));
      return get(site, id);
    },
    change(site, id, { placements, points, version, ...change }) {
      const before = get(site, id);
      if (version !== undefined && version !== before.version)
        throw new GatewayError("conflict", "somebody else has changed this plan meanwhile; load it again", {
          path: "version",
        });
      const plan = { ...before, ...changed(before, change), version: before.version + 1 };
      const marks = placements && placed(site, before, placements);
      const spots = points && drawn(before, points);
      database.transaction(() => {
        table.update(plan);
        if (marks !== undefined) table.setPlacements(plan, marks);
        if (spots !== undefined) table.setPoints(plan, spots);
      });
      return get(site, id);
    },
    setImage(site, id, image) {
      const before = get(site, id);
      const checked = check(image);
      checkRoom(checked, table.bytesOf(site, id));
      const { width, height, hash: imageHash } = checked;
      const [sx, sy] = [width / before.width, height / before.height];
      const plan: Plan = {
        ...before,
        ...{ width, height, imageHash, version: before.version + 1 },
        // The same drawing in twice the pixels is as long as before; of another shape nobody knows.
        metresPerUnit:
          before.metresPerUnit !== undefined && Math.abs(sx / sy - 1) < 0.01
            ? before.metresPerUnit / sx
            : undefined,
      };
      database.transaction(() => {
        table.setImage(plan, checked);
        table.scale(plan, sx, sy);
      });
      return get(site, id);
    },
    remove(site, id) {
      get(site, id);
      database.transaction(() => table.remove(site, id));
    },
  };
}

const collator = new Intl.Collator("zh-CN", { numeric: true });

function inReadingOrder(a: Plan, b: Plan): number {
  const key = ({ building, floor, name }: Plan) => [building ?? "", floor ?? "", name];
  const [before, after] = [key(a), key(b)];
  return (
    before.map((text, index) => collator.compare(text, after[index] ?? "")).find((order) => order !== 0) ?? 0
  );
}

function texts({ name, building, floor, metresPerUnit }: NewPlan) {
  return {
    name: readText(name, "name", refuse) ?? refuse("name", "a plan has a name"),
    building: readText(building, "building", refuse),
    floor: readText(floor, "floor", refuse),
    metresPerUnit: readScale(metresPerUnit),
  };
}

function changed(before: Plan, change: Omit<PlanChange, "placements" | "points" | "version">) {
  const keep = <T>(now: T | null | undefined, was: T | undefined) =>
    now === undefined ? was : (now ?? undefined);
  return texts({
    name: change.name ?? before.name,
    building: keep(change.building, before.building),
    floor: keep(change.floor, before.floor),
    metresPerUnit: keep(change.metresPerUnit, before.metresPerUnit),
  });
}

function readScale(metresPerUnit: number | undefined): number | undefined {
  if (metresPerUnit !== undefined && !(metresPerUnit > 1e-6 && metresPerUnit <= 1_000))
    refuse("metresPerUnit", "a unit of an image is up to 1000 m");
  return metresPerUnit;
}

function checkSpot({ width, height }: Plan, { x, y }: { x: number; y: number }, path: string): void {
  if (x < 0 || x > width) refuse(`${path}.x`, `must lie on the image, from 0 to ${width}; got ${x}`);
  if (y < 0 || y > height) refuse(`${path}.y`, `must lie on the image, from 0 to ${height}; got ${y}`);
}

function refuse(path: string, message: string): never {
  throw new GatewayError("invalid-request", message, { path });
}
