/** The part of a plan that is seen, in units of its image. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How big something is. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Most that a plan is drawn larger than it fits. */
const mostZoom = 12;

/** The whole plan, in the middle of a screen of this shape. */
export function fitted(plan: Size, screen: Size): View {
  const scale = Math.max(plan.width / screen.width, plan.height / screen.height);
  const width = screen.width * scale;
  const height = screen.height * scale;
  return { x: (plan.width - width) / 2, y: (plan.height - height) / 2, width, height };
}

/** The view drawn larger by a factor (smaller below 1) around a point that stays where it is. */
export function zoom(
  view: View,
  factor: number,
  at: { x: number; y: number },
  plan: Size,
  screen: Size,
): View {
  const whole = fitted(plan, screen);
  const width = Math.min(whole.width, Math.max(whole.width / mostZoom, view.width / factor));
  const part = width / view.width;
  return hold(
    { x: at.x - (at.x - view.x) * part, y: at.y - (at.y - view.y) * part, width, height: view.height * part },
    plan,
  );
}

/** The view moved by so many units. */
export function pan(view: View, by: { x: number; y: number }, plan: Size): View {
  return hold({ ...view, x: view.x + by.x, y: view.y + by.y }, plan);
}

/** The view, moved back so far that some of the plan stays in its middle. */
function hold(view: View, plan: Size): View {
  const keep = (start: number, length: number, most: number) =>
    Math.min(Math.max(start, -length / 2), most - length / 2);
  return { ...view, x: keep(view.x, view.width, plan.width), y: keep(view.y, view.height, plan.height) };
}
