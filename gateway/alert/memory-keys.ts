/** Where the memory of a rule lies: simulated readings remember apart, so that a drill never mixes with what is real. */
export function memoryKey(rule: string, simulated: boolean): string {
  return simulated ? `${rule}~simulated` : rule;
}

/** Where it is noted when a condition without an end of its own was seen last. */
export function seenKey(rule: string, simulated: boolean): string {
  return simulated ? `${rule}~seen~simulated` : `${rule}~seen`;
}
