import type { Text } from "../../../devices/kit/kind.ts";

/** What points of a plan can be, with their words. */
export const pointKinds = {
  hydrant: { zh: "消火栓", en: "Hydrant" },
  extinguisher: { zh: "灭火器", en: "Fire extinguisher" },
  equipment: { zh: "消防器材", en: "Fire-fighting equipment" },
  entrance: { zh: "出入口", en: "Entrance" },
  assembly: { zh: "疏散集合点", en: "Assembly point" },
  valve: { zh: "阀门", en: "Shut-off valve" },
} as const satisfies Record<string, Text>;

/** What a point is. */
export type PointKind = keyof typeof pointKinds;

/** In the order in which people choose. */
export const pointKindNames = Object.keys(pointKinds) as [PointKind, ...PointKind[]];
