const removed = "[removed]";

/** Shorter texts are no secrets, and would be found in half of the words. */
const shortestSecret = 6;

/** `user:password@` of an address; the slash may be escaped, as in JSON. */
const userInfo = /(\b[a-z][a-z0-9+.-]{1,20}:(?:\/|\\\/){2})[^\s/@"'<>]{1,512}@/gi;
/** What follows the word of a scheme in an `Authorization` header. */
const authorization = /\b(Bearer|Basic|Token|Digest)( +)[\w.~+/=-]{8,512}/gi;
/** Keys of a query string or form. */
const pairs = /\b((?:access_|api_?)?(?:token|password|passwd|pwd|secret|key|claim)=)[^\s&"'<>;,]{1,512}/gi;
/** What follows the path of a link for one use. */
const links = /(\/(?:a|link)\/)[\w.~-]{30,512}/g;

/**
 * A text without the secrets that are known, and without what stands where secrets stand: in front of the host of an address, behind a
 * scheme of authorization, in a query, in a link for one use.
 */
export function maskSecrets(text: string, known: readonly string[] = []): string {
  let masked = text;
  for (const secret of known) {
    if (secret.length < shortestSecret) continue;
    // In a JSON text a secret may be written with escapes.
    for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])) {
      masked = masked.replaceAll(form, removed);
    }
  }
  return masked
    .replace(userInfo, `$1${removed}@`)
    .replace(authorization, `$1$2${removed}`)
    .replace(pairs, `$1${removed}`)
    .replace(links, `$1${removed}`);
}
