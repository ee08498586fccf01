import type { Change } from "../types.ts";
import type { Channel } from "./contract.ts";

/** The screens that watch the live stream. They see a critical change before it is on disk. */
export function createScreenChannel({ urgent }: { urgent: (change: Change) => void }): Channel {
  return {
    name: "screen",
    async send({ change }) {
      urgent(change);
    },
  };
}
