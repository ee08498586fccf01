/** Remembers the last ids that were seen: an urgent step comes twice, and what has ended must not come back. */
export function createSeen(most = 4096): { isNew(id: string): boolean; has(id: string): boolean } {
  const seen = new Set<string>();
  return {
    has: (id) => seen.has(id),
    isNew(id) {
      if (seen.has(id)) return false;
      seen.add(id);
      if (seen.size > most) seen.delete(seen.values().next().value as string);
      return true;
    },
  };
}
