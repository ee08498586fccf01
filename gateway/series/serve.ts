import type { Clock } from "../clock.ts";
import { GatewayError } from "../errors.ts";
import type { Log } from "../log.ts";
import { answerRange } from "./answer.ts";
import { createTurns, longMethods } from "./calls.ts";
import type { PersonQuery, SeriesRefusal, SeriesStore } from "./contract.ts";
import { copyStore } from "./copy.ts";
import { createDecode } from "./decode.ts";
import { exportFile } from "./export/file.ts";
import { isDamaged } from "./failures.ts";
import { type FollowParts, startFollower } from "./follow.ts";
import { findPerson, withoutErased } from "./persons.ts";
import { type FromStore, type Method, type OpenOptions, packError, type ToStore } from "./protocol.ts";
import { answerTotal } from "./total.ts";

/** A store at work in its own process. */
export interface Service {
  take(message: ToStore): void;
  /** Rejects when the store can go on no more. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** How often the store says how large it is, ms. */
const statsEveryMs = 10_000;

/** Lets a store follow the journal and answer calls. */
export function startService(parts: {
  store: SeriesStore;
  options: OpenOptions;
  read: FollowParts["read"];
  say: (message: FromStore) => void;
  clock: Clock;
  log: Log;
}): Service {
  const { store, options, say, clock, log } = parts;
  const { settings, fields, directory } = options;
  const erased = [...options.erased];
  const erasing = new Map<number, Promise<number>>();
  const read = withoutErased(parts.read, erased);
  const turns = createTurns(settings);
  // An export takes minutes; charts must not wait behind it.
  const exportTurns = createTurns({ ...settings, queries: 1 });
  const about = { store, settings, now: clock.now };
  const methods: Record<Method, (request: never) => Promise<unknown>> = {
    range: (request) => answerRange(about, request),
    total: (request) => answerTotal(about, request),
    export: (request) => exportFile({ store, directory, maxRows: settings.exportRows }, request),
    find: (request) => findPerson({ store, read }, request),
    erase: (request) => erasePerson(request),
    copy: () => copyStore({ store, directory }),
  };
  const follower = startFollower({
    ...{ store, read, settings, clock, log },
    decode: createDecode(fields, settings),
    report: (state) => say({ say: "wrote", ...state }),
    refused: (refusals) => void tellRefused(refusals),
  });
  const broken = Promise.withResolvers<void>();
  const stopStats = clock.every(statsEveryMs, () => void tellStats());
  void tellStats();

  /** What comes from the journal from now on says nothing of the person, so what is written after the erasure does neither. */
  function erasePerson(query: PersonQuery): Promise<number> {
    // Asked again while the first one waits for a server that is away.
    const running = erasing.get(query.upTo);
    if (running !== undefined) return running;
    erased.push(query);
    const erasure = follower
      .between(() => store.erasePersons(query))
      .finally(() => void erasing.delete(query.upTo));
    erasing.set(query.upTo, erasure);
    return erasure;
  }

  async function tellStats(): Promise<void> {
    try {
      say({ say: "stats", stats: await store.stats() });
    } catch (error) {
      log.debug({ err: error }, "series store could not be measured");
    }
  }

  async function tellRefused(refusals: readonly SeriesRefusal[]): Promise<void> {
    for (const { sequence, reason } of refusals) {
      for await (const [found] of read(sequence, sequence)) {
        if (found !== undefined) say({ say: "refused", refused: [{ ...found, reason }] });
      }
    }
  }

  async function answer({ id, method, request }: Extract<ToStore, { say: "call" }>): Promise<void> {
    try {
      if (!Object.hasOwn(methods, method)) throw new GatewayError("internal", `no method ${method}`);
      const lane = longMethods.has(method) ? exportTurns : turns;
      say({ say: "answer", id, result: await lane.take(() => methods[method](request as never)) });
    } catch (error) {
      say({ say: "error", id, error: packError(error) });
      // What only queries read would stay bad for ever.
      if (isDamaged(error)) broken.reject(error);
    }
  }

  return {
    take(message) {
      if (message.say === "follow") follower.follow(message.upTo);
      else if (message.say === "call") void answer(message);
    },
    ended: Promise.race([follower.ended, broken.promise]),
    async stop() {
      stopStats();
      await follower.stop();
      await store.close();
    },
  };
}
