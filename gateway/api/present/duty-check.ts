import type { z } from "zod";
import type { DutyCheck } from "../../duty/contract.ts";
import { monthOf } from "../../zone.ts";
import type { ApiParts } from "../parts.ts";
import type { dutySheet, dutyCheck as shape } from "../schemas/duty.ts";
import { iso, isoOrNull } from "../schemas/shared.ts";

/** Most checks of one sheet. */
const sheetChecks = 10_000;

/** A duty check with the names of those who were on duty. */
export function presentDutyCheck({ duty }: Pick<ApiParts, "duty">, check: DutyCheck): z.output<typeof shape> {
  const { id, site, crew, crewName, askedAt, askedBy, due, state, endedAt, answeredBy, device, onDuty } =
    check;
  const isAnswered = state === "answered" && endedAt !== undefined;
  return {
    ...{ id, site, crew, crewName, askedAt: iso(askedAt), askedBy: askedBy ?? null, due: iso(due), state },
    ...{ endedAt: isoOrNull(endedAt), answeredBy: answeredBy ?? null, device: device ?? null },
    answerS: isAnswered ? Math.max(endedAt - askedAt, 0) / 1000 : null,
    onDuty: onDuty.map((contact) => ({ id: contact, name: duty.contacts.nameOf(contact) ?? null })),
  };
}

/** The duty checks of a local month with their totals by crew. */
export function presentSheet(
  parts: Pick<ApiParts, "duty" | "dutyChecks">,
  site: { readonly id: string; readonly name: string },
  month: string,
): z.output<typeof dutySheet> {
  const { book, zone } = parts.dutyChecks;
  const found = book.list({ site: site.id, ...monthOf(month, zone), limit: sheetChecks + 1 });
  const items = found.slice(0, sheetChecks).map((check) => presentDutyCheck(parts, check));
  const byCrew = Map.groupBy(items, ({ crew }) => crew);
  return {
    ...{ site: site.id, siteName: site.name, month, items, complete: found.length <= sheetChecks },
    totals: [...byCrew.values()].map(totalOf),
  };
}

function totalOf(checks: readonly z.output<typeof shape>[]) {
  const { crew, crewName } = checks.at(-1)!;
  const count = (state: DutyCheck["state"]) => checks.filter((check) => check.state === state).length;
  const seconds = checks.flatMap(({ answerS }) => answerS ?? []).sort((a, b) => a - b);
  return {
    ...{ crew, crewName, asked: checks.length },
    ...{ answered: count("answered"), missed: count("missed"), open: count("open") },
    medianS: seconds[Math.floor((seconds.length - 1) / 2)] ?? null,
    longestS: seconds.at(-1) ?? null,
  };
}
