/** One after another: a server is not asked more at a time than there are queries. */
export async function inTurn<T>(runs: readonly (() => Promise<readonly T[]>)[]): Promise<T[]> {
  const results: T[] = [];
  for (const run of runs) results.push(...(await run()));
  return results;
}
