import { createHmac, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";

import { erasedWord } from "../erased-lines.ts";

/** Puts keyed hashes in the place of what names a person. */
export interface PersonHashes {
  /**
   * `p_` and 32 hexadecimal digits: an HMAC-SHA-256 under a key of the site, so that a card cannot be followed from one site to
   * another. Full and half width, capitals and outer blanks make no difference. What is a hash of this site already stays.
   */
  of(site: string, identity: string): string;
  /** Every hash under which a person may have been kept: a device that sends a number loses zeros, or the last digits of 17. */
  candidates(site: string, identity: string): string[];
}

/** Keys of sites that are remembered; a topic may name any site. */
const maxKeys = 1_000;

/** Makes the hashes of this gateway; `pepper` is the secret that its key is derived from. */
export function createPersonHashes({ pepper }: { pepper: Buffer }): PersonHashes {
  const keys = new Map<string, KeyObject>();

  function keyOf(site: string): KeyObject {
    const known = keys.get(site);
    if (known !== undefined) return known;
    const key = createSecretKey(Buffer.from(hkdfSync("sha256", pepper, site, "linli person 1", 32)));
    if (keys.size >= maxKeys) keys.clear();
    keys.set(site, key);
    return key;
  }

  /** The last 8 digits seal the first 24, so that a hash is known again wherever it comes back from. */
  function sealed(key: KeyObject, head: string): string {
    return `p_${head}${digits(key, `seal ${head}`, 8)}`;
  }

  function isOwn(key: KeyObject, text: string): boolean {
    return /^p_[0-9a-f]{32}$/.test(text) && sealed(key, text.slice(2, 26)) === text;
  }

  function of(site: string, identity: string): string {
    const key = keyOf(site);
    const text = identity.normalize("NFKC").trim().toLowerCase();
    // A refused message of somebody who was erased may be ingested again.
    return isOwn(key, text) || text === erasedWord ? text : sealed(key, digits(key, `person ${text}`, 24));
  }

  return {
    of,
    candidates(site, identity) {
      const text = identity.normalize("NFKC").trim();
      const forms = /^\d+$/.test(text) ? [text, text.replace(/^0+(?=\d)/, ""), String(Number(text))] : [text];
      return [...new Set(forms.map((form) => of(site, form)))];
    },
  };
}

function digits(key: KeyObject, text: string, length: number): string {
  return createHmac("sha256", key).update(text).digest("hex").slice(0, length);
}
