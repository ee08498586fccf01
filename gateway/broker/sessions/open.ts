import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { Filter, Peer } from "../aedes.ts";
import type { Meters } from "../meters.ts";
import type { SessionSettings } from "../settings.ts";
import { openSessionFile } from "./file.ts";
import { createPersistence } from "./persistence.ts";
import { openRetained } from "./retained.ts";
import { openSessions } from "./sessions.ts";

/** Opens everything of the broker that outlives it: sessions, wills and retained messages in `directory/sessions.db`. Throws `database-unusable`. */
export function openStore({
  directory,
  settings,
  clock,
  log,
  meters,
  mayKeep,
}: {
  directory: string;
  settings: SessionSettings;
  clock: Clock;
  log: Log;
  meters: Meters;
  mayKeep: (peer: Peer, filter: Filter) => boolean;
}) {
  const file = openSessionFile({ directory, settings, clock, log });
  const sessions = openSessions({ file, settings, clock, meters });
  const retained = openRetained({ file, settings, meters });

  return {
    ...createPersistence({ file, sessions, retained, mayKeep }),
    sessions,
    retained,
    /** The client was admitted: its session is kept for so long after it leaves. */
    opened(peer: Peer, owner: string): void {
      if (peer.clean) return;
      const keepForS = Math.min(peer.sessionExpiryInterval, settings.keepForS);
      if (sessions.open(peer, owner, keepForS)) return;
      peer.clean = true;
      peer.sessionExpiryInterval = 0;
    },
    /** The client has gone. */
    left(peer: Peer): void {
      const session = sessions.find(peer.id);
      if (peer.clean || session === undefined) return;
      session.keepForS = Math.min(peer.sessionExpiryInterval, settings.keepForS);
      session.awaySince = clock.now();
      file.changed(session);
    },
    /** Ends sessions and messages whose time is over. Called every minute. */
    sweep(): void {
      const now = clock.now();
      for (const session of [...sessions.all()]) {
        if (session.awaySince !== undefined && now - session.awaySince > session.keepForS * 1000) {
          sessions.wipe(session.clientId, "session-age");
          continue;
        }
        for (const entry of session.queue.entries()) {
          if (now - entry.queuedAt <= settings.keepForS * 1000) break;
          sessions.drop(session, entry, "session-age");
        }
      }
    },
    close: () => file.close(),
  };
}
