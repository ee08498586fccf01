import type { Handover, IssuedCredentials, KeyState } from "../../state/contract.ts";
import { iso, isoOrNull } from "../schemas/shared.ts";

/** Where credentials stand. */
export function presentKeyState({ state, isUsed, ...times }: KeyState) {
  return {
    state,
    issuedAt: isoOrNull(times.issuedAt),
    isUsed,
    previousUntil: isoOrNull(times.previousUntil),
    lastUsedAt: isoOrNull(times.lastUsedAt),
    revokedAt: isoOrNull(times.revokedAt),
    claimUntil: isoOrNull(times.claimUntil),
  };
}

/** A new password. */
export function presentRotated({ username, password, previousUntil }: IssuedCredentials) {
  return { username, password, previousUntil: isoOrNull(previousUntil) };
}

/** What a registration hands over: a password or a claim code. */
export function presentHandover(handover: Handover) {
  if ("credentials" in handover) return { credentials: handover.credentials };
  const { code, expiresAt } = handover.claim;
  return { claim: { code, expiresAt: iso(expiresAt) } };
}
