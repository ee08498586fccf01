/** Remembers which of the last steps were seen: an urgent one comes twice. */
export function createSeen(most = 4096): { isNew(id: string): boolean } {
  const seen = new Set<string>();
  return {
    isNew(id) {
      if (seen.has(id)) return false;
      seen.add(id);
      if (seen.size > most) seen.delete(seen.values().next().value as string);
      return true;
    },
  };
}
