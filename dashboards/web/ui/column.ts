/** One column of a table. */
export interface Column<Row> {
  readonly name: string;
  readonly title: string;
  /** CSS width in the grid: `2fr`, `8rem`, `minmax(6rem, 1fr)`. */
  readonly width: string;
  /** By what its rows are ordered; a column without it cannot be chosen. */
  readonly sort?: (row: Row) => string | number;
  readonly align?: "end";
  /** Left out on narrow screens. */
  readonly isExtra?: boolean;
}

/** By which column the rows of a table stand, and which way. */
export interface Order {
  readonly column: string | undefined;
  readonly isDown: boolean;
}
