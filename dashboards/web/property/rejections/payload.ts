/** A payload as it is read: JSON on lines of its own, other text as it is, bytes that are no text in hex. */
export function readable({ payloadText, payload }: { payloadText: string | null; payload: string }): string {
  if (payloadText === null) return hexOf(payload);
  try {
    return JSON.stringify(JSON.parse(payloadText), null, 2);
  } catch {
    return payloadText;
  }
}

/** Bytes that are shown at most. */
const mostBytes = 512;

function hexOf(base64: string): string {
  const bytes = [...atob(base64)].slice(0, mostBytes).map((letter) => letter.charCodeAt(0));
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16)
    lines.push(
      bytes
        .slice(at, at + 16)
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join(" "),
    );
  return lines.join("\n");
}
