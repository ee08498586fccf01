import { expect, test } from "vitest";
import { fitted, pan, zoom } from "../../dashboards/web/property/plan/view.ts";

const plan = { width: 1600, height: 1000 };
const screen = { width: 800, height: 800 };

test("a plan fits the screen whole and in its middle", () => {
  expect(fitted(plan, screen)).toEqual({ x: 0, y: -300, width: 1600, height: 1600 });
  expect(fitted(plan, { width: 3200, height: 1000 })).toEqual({ x: -800, y: 0, width: 3200, height: 1000 });
});

test("it is drawn larger around the point under the pointer, within bounds", () => {
  const whole = fitted(plan, screen);
  const at = { x: 400, y: 500 };
  const larger = zoom(whole, 2, at, plan, screen);
  expect(larger).toEqual({ x: 200, y: 100, width: 800, height: 800 });
  expect((at.x - larger.x) / larger.width).toBeCloseTo((at.x - whole.x) / whole.width);
  expect(zoom(whole, 0.1, at, plan, screen).width).toBe(whole.width);
  expect(zoom(whole, 1000, at, plan, screen).width).toBeCloseTo(whole.width / 12);
});

test("it cannot be moved out of sight", () => {
  const view = zoom(fitted(plan, screen), 4, { x: 800, y: 500 }, plan, screen);
  const gone = pan(view, { x: 1e6, y: -1e6 }, plan);
  expect(gone.x).toBe(plan.width - gone.width / 2);
  expect(gone.y).toBe(-gone.height / 2);
});
