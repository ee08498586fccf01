/** Longest topic filter that an account may declare, characters. */
const maxLength = 1_024;

/** Why `filter` may not be declared by a service account, as a sentence; undefined when it may. */
export function refuseFilter(filter: string): string | undefined {
  if (filter.length === 0 || filter.length > maxLength)
    return `a topic filter has 1 to ${maxLength} characters`;
  // Code points that MQTT forbids or lets a server refuse [MQTT-1.5.4-1] [MQTT-1.5.4-2].
  if (/[\p{Cc}\p{Cs}\ufffe\uffff]/u.test(filter))
    return "control characters are not allowed in a topic filter";
  if (filter.startsWith("$"))
    return "topics that begin with $ belong to the broker, and shared subscriptions do not exist here";
  const levels = filter.split("/");
  for (const [index, level] of levels.entries()) {
    if (level === "") return "empty levels (//, or / at the beginning or end) are not allowed";
    if (level.includes("+") && level !== "+") return `+ must fill a whole level, "${level}" does not`;
    if (level.includes("#") && (level !== "#" || index < levels.length - 1))
      return "# must be the whole last level";
  }
  return undefined;
}
