/** By how many columns and places an arrow key moves. */
const steps: Readonly<Record<string, readonly [columns: number, places: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * Where an arrow key leads among columns of different lengths; undefined when it leads nowhere. Columns with nothing in them are
 * passed over.
 */
export function placeAfter(
  key: string,
  { column, place }: { readonly column: number; readonly place: number },
  lengths: readonly number[],
): { readonly column: number; readonly place: number } | undefined {
  const [columns, places] = steps[key] ?? [0, 0];
  if (columns === 0) {
    const next = place + places;
    return places !== 0 && next >= 0 && next < (lengths[column] ?? 0) ? { column, place: next } : undefined;
  }
  for (let next = column + columns; next >= 0 && next < lengths.length; next += columns) {
    const length = lengths[next] ?? 0;
    if (length > 0) return { column: next, place: Math.min(place, length - 1) };
  }
  return undefined;
}

/** Moves the focus from one button of a week to the one that lies beside it. */
export function moveByArrow(event: KeyboardEvent): void {
  const columns = [...(event.currentTarget as HTMLElement).children].map((day) => [
    ...day.querySelectorAll("button"),
  ]);
  const at = event.target as HTMLButtonElement;
  const column = columns.findIndex((buttons) => buttons.includes(at));
  const place = columns[column]?.indexOf(at) ?? -1;
  if (place < 0) return;
  const next = placeAfter(
    event.key,
    { column, place },
    columns.map((buttons) => buttons.length),
  );
  if (next === undefined) return;
  event.preventDefault();
  columns[next.column]?.[next.place]?.focus();
}
