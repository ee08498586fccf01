import type { Revocation } from "../../../gateway/state/contract.ts";
import { aState } from "./support.ts";

/** Seconds of a day. */
export const dayS = 86_400;

/** A state with the device `elm/lamp/a`, what was revoked, and shorter words for a test. */
export function aSite(parts: Parameters<typeof aState>[0] = {}) {
  const state = aState(parts);
  state.registry.addSite({ id: "elm", name: "Elm" });
  const { device, credentials } = state.registry.addDevice("elm", { kind: "lamp", id: "a" });
  return { ...state, ...wordsOf(state), device, credentials };
}

/** What a test says of a state, in short. */
export function wordsOf({
  access,
  registry,
  clock,
}: Pick<ReturnType<typeof aState>, "access" | "registry" | "clock">) {
  const revoked: Revocation[] = [];
  access.onRevoked((revocation) => revoked.push(revocation));
  return {
    revoked,
    opens: ({ username, password }: { username: string; password: string }) =>
      access.identify(username, Buffer.from(password)) !== undefined,
    rotate: (overlapS?: number, id = "a") =>
      access.devices.rotate([registry.deviceAt("elm", id)!], overlapS)[0]!,
    stateOf: (id = "a") => access.devices.state(registry.deviceAt("elm", id)!),
    /** Time passes, and the gateway notices. */
    pass(seconds: number) {
      clock.advance(seconds * 1000);
      access.tick();
    },
  };
}

/** The same state after a restart at the same time of the clock. */
export function again(state: ReturnType<typeof aSite>) {
  const passed = state.clock.now();
  const next = state.restart();
  next.clock.advance(passed - next.clock.now());
  return { ...next, ...wordsOf(next) };
}
