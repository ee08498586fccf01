/** When a day such as `2026-01-15` begins where the reader is, or one so many days later, epoch ms; NaN for what is no day. */
export function startOfDay(day: string, later = 0): number {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  return new Date(Number(year), Number(month) - 1, Number(date) + later).getTime();
}

/** Begin of the first day and end of the last, epoch ms; undefined where a text is empty. */
export function boundsOfDays({ from, to }: { readonly from: string; readonly to: string }): {
  readonly from: number | undefined;
  readonly to: number | undefined;
} {
  return {
    from: from === "" ? undefined : startOfDay(from),
    to: to === "" ? undefined : startOfDay(to, 1),
  };
}
