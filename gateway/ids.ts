const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Makes ids that sort by time: 10 characters of milliseconds, 10 of chance, in Crockford's base 32, lower case. */
export function createIds({
  clock,
  random,
}: {
  clock: { now(): number };
  random: () => number;
}): () => string {
  return () => {
    let time = clock.now();
    let head = "";
    for (let i = 0; i < 10; i++) {
      head = alphabet[time % 32] + head;
      time = Math.floor(time / 32);
    }
    let tail = "";
    for (let i = 0; i < 10; i++) tail += alphabet[Math.floor(random() * 32)];
    return head + tail;
  };
}
