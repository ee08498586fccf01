import type { Panel, PlacedPanel } from "./model.ts";

/** A panel and its size in the grid. */
export interface Sized {
  readonly panel: Panel;
  /** Of 24 columns. */
  readonly w: number;
  readonly h: number;
}

/** Panels under a heading. */
export interface Section {
  readonly title: string;
  readonly panels: readonly Sized[];
}

/** Gives every panel its number and place: sections one below the other, panels from left to right. */
export function arrange(sections: readonly Section[]): PlacedPanel[] {
  const placed: PlacedPanel[] = [];
  let y = 0;
  const place = (panel: Panel, gridPos: PlacedPanel["gridPos"]) =>
    placed.push({ id: placed.length + 1, gridPos, ...panel });

  for (const { title, panels } of sections) {
    if (panels.length === 0) continue;
    place({ type: "row", title, collapsed: false, panels: [] }, { x: 0, y, w: columns, h: 1 });
    y += 1;
    let x = 0;
    let height = 0;
    for (const { panel, w, h } of panels) {
      if (x + w > columns) {
        x = 0;
        y += height;
        height = 0;
      }
      place(panel, { x, y, w, h });
      x += w;
      height = Math.max(height, h);
    }
    y += height;
  }
  return placed;
}

const columns = 24;
