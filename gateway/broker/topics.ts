const slash = 47;
const hash = 35;
const plus = 43;
const dollar = 36;

/** Why a topic or filter is refused. */
export type TopicFault = "empty" | "too-long" | "too-many-levels" | "reserved" | "characters" | "wildcard";

/** What is wrong with a topic to publish to; undefined when nothing is. `$` topics belong to the broker alone. */
export function faultOfTopic(
  topic: string,
  limits: { topicChars: number; topicLevels: number },
): TopicFault | undefined {
  const fault = faultOfText(topic, limits);
  if (fault !== undefined) return fault;
  return topic.includes("+") || topic.includes("#") ? "wildcard" : undefined;
}

/** What is wrong with a filter to subscribe to. Refuses `$share` and every other `$`. */
export function faultOfFilter(
  filter: string,
  limits: { topicChars: number; topicLevels: number },
): TopicFault | undefined {
  const fault = faultOfText(filter, limits);
  if (fault !== undefined) return fault;
  // Aedes keeps subscriptions in a plain object: these names find a function there, and the broker falls.
  if (filter in Object.prototype) return "characters";
  const levels = filter.split("/");
  for (const [index, level] of levels.entries()) {
    if (level.includes("#") && (level !== "#" || index !== levels.length - 1)) return "wildcard";
    if (level.includes("+") && level !== "+") return "wildcard";
  }
  return undefined;
}

/**
 * True when a text may be a client id, user name or topic: no control characters, no U+0000 [MQTT-1.5.4-2], and no U+FFFD,
 * which is what the parser makes of bytes that are not UTF-8 [MQTT-1.5.4-1].
 */
export function isClean(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code >= 0xfffd) return false;
  }
  return true;
}

/** Whether a topic matches a filter, empty levels included; a leading wildcard does not match `$` [MQTT-4.7.2-1]. */
export function matches(filter: string, topic: string): boolean {
  const first = filter.charCodeAt(0);
  if (topic.charCodeAt(0) === dollar && (first === plus || first === hash)) return false;
  let f = 0;
  let t = 0;
  for (;;) {
    const code = filter.charCodeAt(f);
    if (code === hash) return true;
    if (code === plus) {
      f++;
      while (t < topic.length && topic.charCodeAt(t) !== slash) t++;
    } else {
      while (f < filter.length && filter.charCodeAt(f) !== slash) {
        if (t >= topic.length || topic.charCodeAt(t) !== filter.charCodeAt(f)) return false;
        f++;
        t++;
      }
      if (t < topic.length && topic.charCodeAt(t) !== slash) return false;
    }
    if (t >= topic.length) return f >= filter.length || isRest(filter, f);
    if (f >= filter.length) return false;
    f++;
    t++;
  }
}

/** Whether everything that `filter` matches is also matched by `declared`. */
export function covers(declared: string, filter: string): boolean {
  const allowed = declared.split("/");
  const asked = filter.split("/");
  for (const [index, level] of allowed.entries()) {
    if (level === "#") return true;
    const other = asked[index];
    if (other === undefined || other === "#") return false;
    if (level !== "+" && level !== other) return false;
  }
  return asked.length === allowed.length;
}

function isRest(filter: string, at: number): boolean {
  // `a/#` matches `a` as well [MQTT-4.7.1-2].
  return filter.length === at + 2 && filter.charCodeAt(at) === slash && filter.charCodeAt(at + 1) === hash;
}

function faultOfText(
  text: string,
  limits: { topicChars: number; topicLevels: number },
): TopicFault | undefined {
  if (text.length === 0) return "empty";
  if (text.length > limits.topicChars) return "too-long";
  if (text.charCodeAt(0) === dollar) return "reserved";
  if (!isClean(text)) return "characters";
  let levels = 1;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === slash) levels++;
  return levels > limits.topicLevels ? "too-many-levels" : undefined;
}
