import type { Text } from "../../../devices/kit/kind.ts";
import type { Alert, Incident, IncidentState } from "../../alert/contract.ts";
import type { AnswerLink } from "../../state/answer-token.ts";
import type { DeviceName } from "../../types.ts";
import type { ApiParts } from "../parts.ts";
import { type AnswerStep, offered } from "./steps.ts";

/** An alarm as somebody needs it who has a phone in his hand and no log-in. */
export interface Subject {
  /** `incident:<id>` or `alert:<id>`. */
  readonly target: string;
  readonly site: string;
  readonly siteName: string;
  readonly building: string | undefined;
  /** The alarm that began it. */
  readonly first: SubjectAlarm;
  /** What to do about it. */
  readonly advice: Text | undefined;
  /** Alarms that joined later. */
  readonly others: readonly SubjectAlarm[];
  readonly state: IncidentState;
  /** The alarm's condition is over; people may still have to look. */
  readonly isCleared: boolean;
  /** Who took which step, oldest first. */
  readonly taken: readonly { readonly step: IncidentState; readonly by: string; readonly at: number }[];
  /** What can be done next. */
  readonly offered: readonly AnswerStep[];
  readonly isFire: boolean;
  readonly isDrill: boolean;
}

/** One alarm of it; `at` in epoch ms. */
export interface SubjectAlarm {
  readonly title: Text;
  readonly deviceName: string;
  readonly floor: string | undefined;
  readonly at: number;
}

type Parts = Pick<ApiParts, "registry" | "catalogue" | "faultOf" | "book" | "incidents" | "incidentDesk">;

/** What a link is about, as it is at this moment; undefined when there is no such thing. */
export function subjectOf(parts: Parts, { about, id }: AnswerLink): Subject | undefined {
  if (about === "alert") {
    const alert = parts.book.find(id);
    return alert && ofAlert(parts, alert);
  }
  const incident = parts.incidentDesk.find(id);
  return incident && ofIncident(parts, incident);
}

function ofIncident(parts: Parts, incident: Incident): Subject {
  const { id, site, building, state, alarms, times } = incident;
  const [first, ...others] = alarms.map(({ device, rule, floor, at }) =>
    alarmOf(parts, { device, rule, floor, at }),
  );
  const begun = alarms[0]!;
  return {
    ...{ target: `incident:${id}`, site, siteName: siteNameOf(parts, site), building, state },
    ...{ first: first!, others, advice: ruleOf(parts, begun.device, begun.rule)?.advice },
    isCleared: false,
    taken: Object.entries(times)
      .map(([step, { at, by }]) => ({ step: step as IncidentState, at, by }))
      .sort((a, b) => a.at - b.at),
    offered: offered[state],
    isFire: true,
    isDrill: parts.incidents.timeline(id).some(({ drill }) => drill !== undefined),
  };
}

function ofAlert(parts: Parts, alert: Alert): Subject {
  const { id, device, rule: name, site, raisedAt, acknowledgedAt, acknowledgedBy = "" } = alert;
  const known = parts.registry.device(device);
  const rule = ruleOf(parts, device, name);
  const state = acknowledgedAt === undefined ? "detected" : "acknowledged";
  return {
    ...{ target: `alert:${id}`, site, siteName: siteNameOf(parts, site), building: known?.building, state },
    first: alarmOf(parts, { device, rule: name, floor: known?.floor, at: raisedAt }),
    ...{ others: [], advice: rule?.advice ?? parts.faultOf(name)?.advice },
    isCleared: alert.state === "cleared",
    taken: acknowledgedAt === undefined ? [] : [{ step: state, at: acknowledgedAt, by: acknowledgedBy }],
    offered: acknowledgedAt === undefined ? ["acknowledged"] : [],
    isFire: rule?.fire === true,
    isDrill: alert.simulated || parts.book.timeline(id).some(({ drill }) => drill !== undefined),
  };
}

function alarmOf(
  parts: Parts,
  { device, rule, floor, at }: { device: DeviceName; rule: string; floor: string | undefined; at: number },
): SubjectAlarm {
  const title = ruleOf(parts, device, rule)?.title ?? parts.faultOf(rule)?.title ?? { zh: rule, en: rule };
  return { title, deviceName: parts.registry.device(device)?.name ?? device, floor, at };
}

function ruleOf({ catalogue }: Parts, device: DeviceName, rule: string) {
  const [, kind = ""] = device.split("/");
  return catalogue.get(kind)?.rules.find(({ id }) => id === rule);
}

function siteNameOf({ registry }: Parts, site: string): string {
  return registry.site(site)?.name ?? site;
}
