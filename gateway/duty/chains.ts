import type { Database } from "../state/contract.ts";
import type { IncidentMark } from "../types.ts";
import { checkChain } from "./chain-check.ts";
import type { Chain, ChainClass, Chains } from "./contract.ts";
import type { DutySettings } from "./settings.ts";

/** What `openChains` needs. */
export interface ChainParts {
  readonly database: Database;
  readonly settings: Pick<DutySettings, "maxStages">;
  /** When the marks of a site's incidents pass, ms after detection. */
  readonly marksOf: (site: string) => Readonly<Record<IncidentMark, number>>;
}

/** The chains, and what of them must go when their site goes. */
export interface ChainBook extends Chains {
  forgetSite(site: string): void;
}

/** Reads the chains that sites have for themselves into memory. */
export function openChains({ database, settings, marksOf }: ChainParts): ChainBook {
  const { db, transaction } = database;
  const upsert = db.prepare(
    "INSERT INTO duty_chains VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
  );
  const erase = db.prepare("DELETE FROM duty_chains WHERE site = ? AND class = ?");
  const known = new Map<string, Map<ChainClass, Chain>>();
  for (const row of db.prepare("SELECT * FROM duty_chains").iterate()) {
    const { stages, repeatMs } = JSON.parse(String(row.body)) as Chain;
    chainsOf(String(row.site)).set(row.class as ChainClass, { stages, repeatMs });
  }

  function chainsOf(site: string): Map<ChainClass, Chain> {
    const chains = known.get(site) ?? new Map<ChainClass, Chain>();
    known.set(site, chains);
    return chains;
  }

  return {
    own: (site, of) => known.get(site)?.get(of),
    set(site, of, chain) {
      checkChain(of, chain, { maxStages: settings.maxStages, marks: marksOf(site) });
      transaction((committed) => {
        upsert.run(site, of, JSON.stringify(chain));
        committed(() => chainsOf(site).set(of, chain));
      });
    },
    reset(site, of) {
      transaction((committed) => {
        erase.run(site, of);
        committed(() => known.get(site)?.delete(of));
      });
    },
    forgetSite: (site) => void known.delete(site),
  };
}
