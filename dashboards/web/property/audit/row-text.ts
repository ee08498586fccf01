import type { AuditRow } from "../../../../gateway/api/contract.ts";
import { wordsOf } from "../../i18n/words.ts";
import { operationsArea } from "./operations.ts";
import { auditArea } from "./words.ts";

/** Every operation that has a word of its own. */
export const operations = Object.keys(operationsArea) as (keyof typeof operationsArea)[];

/** An operation in the reader's words; one that is not known here by its id. */
export function sayOperation(action: string): string {
  const known = operations.find((one) => one === action);
  return known === undefined ? action : wordsOf(operationsArea)(known);
}

/** Who did it, as people call him; what has no name any more by its id. */
export function sayWho({ by, name }: Pick<AuditRow, "by" | "name">): string {
  if (name !== null) return name;
  const t = wordsOf(auditArea);
  const own = { settings: t("settingsToken"), system: t("system"), nobody: t("nobody") };
  return own[by as keyof typeof own] ?? by;
}

const ways = {
  session: "viaSession",
  token: "viaToken",
  settings: "viaSettings",
  device: "viaDevice",
  link: "viaLink",
  system: "viaSystem",
} as const;

/** How he was known. */
export function sayVia(via: string): string {
  const word = ways[via as keyof typeof ways];
  return word === undefined ? via : wordsOf(auditArea)(word);
}

/**
 * The page about what was touched: `device:<site>/<id>` and the like. `deviceNamed`: the full name of the device of a site, as far as it
 * is known. Undefined for what has no page, or is gone.
 */
export function pageOf(
  target: string,
  deviceNamed: (site: string, id: string) => string | undefined,
): string | undefined {
  const [kind = "", rest = ""] = target.split(/:(.*)/s);
  const [first = "", second = ""] = rest.split("/");
  switch (kind) {
    case "device": {
      const device = deviceNamed(first, second);
      return device === undefined ? undefined : `/devices/${device}`;
    }
    case "alert":
      return `/alerts/${rest}`;
    case "site":
      return "/registry";
    case "person":
      return "/people";
    case "token":
      return "/access?tab=tokens";
    case "account":
      return "/access";
    case "drill":
      return "/drills";
    case "contact":
    case "crew":
      return `/duty?tab=${kind}s`;
    case "plan":
      return `/plan/${second || rest}`;
    default:
      return undefined;
  }
}
