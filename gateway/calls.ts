import type { Alert, Book, Incident, IncidentBook } from "./alert/contract.ts";
import type { Holds } from "./alert/mute/contract.ts";
import type { Call, ChainClass, Duty } from "./duty/contract.ts";
import type { Address, Notification } from "./notify/contract.ts";
import { createEscalation, type DueCall, type Progress } from "./notify/escalation.ts";
import { ofCall, ofChange, ofStep } from "./notify/notification.ts";
import type { SharedParts } from "./shared-parts.ts";
import type { Registry } from "./state/contract.ts";
import { placeOf, recipientOf, wordsOf } from "./telling-facts.ts";
import type { Change, IncidentStep } from "./types.ts";

/** Calls people because of what nobody has answered: of fires by their incidents, of other alerts by themselves. */
export interface Calls {
  /** An alert has been told of; `about` is what people were told. */
  alert(change: Change, about: Notification): void;
  /** Something has become of an alert. */
  answer(change: Change): void;
  /** A step of an incident has been told of. */
  step(step: IncidentStep, about: Notification): void;
  /** What people were told when something began that is still followed. */
  about(id: string): Notification | undefined;
  /** Whether a call is still to be made. */
  isCurrent(call: string): boolean;
  /** Follows what was open at the last stop. */
  takeUp(books: OpenBooks): void;
  /** Makes the calls whose time has come. */
  make(): void;
}

/** Where what is open stands at a start. */
export interface OpenBooks {
  readonly alerts: Pick<Book, "list">;
  readonly incidents: Pick<IncidentBook, "open" | "timeline">;
}

interface Parts {
  readonly registry: Pick<Registry, "device" | "site">;
  readonly duty: Pick<Duty, "calling">;
  readonly holds: Holds;
  /** The groups and programs that a notification is for by itself. */
  readonly audience: (notification: Notification) => readonly Address[];
  readonly tell: (notification: Notification, to: readonly Address[]) => void;
  /** Some calls are needed no more. */
  readonly answered: () => void;
}

/** Makes the calls. Their times follow from when something began, so that a restart makes those that are missing and no others. */
export function createCalls(shared: Pick<SharedParts, "config" | "clock" | "metrics">, parts: Parts): Calls {
  const { clock, metrics } = shared;
  const { maxUnanswered } = shared.config.notify;
  const { registry, holds, audience, tell, answered } = parts;
  const { calling } = parts.duty;
  const made = metrics.countBy("calls", "Calls because nobody had answered, by class of alarm", "class");
  const empty = metrics.countBy("calls_empty", "Calls for which nobody is known, by class of alarm", "class");
  const crowded = metrics.count(
    "calls_crowded",
    "Alerts that are told once and not followed, because too many are open",
  );
  const escalation = createEscalation({ chainOf: calling.chain, most: maxUnanswered });

  function follow(change: Change, about: Notification): void {
    const { alert: id, severity, at: since } = change;
    // A fire is its incident's.
    if (about.urgency === "fire" || severity === "info") return;
    const { site, building } = about;
    if (calling.chain(site, severity).stages.length === 0) return;
    const isPaused = () => holds.pause(change) !== undefined;
    const place = { id, class: severity, site, building, since, marks: undefined } as const;
    if (!escalation.follow({ ...place, progress: 0, isPaused, about })) crowded.add();
  }

  function advance(id: string, progress: Progress): void {
    escalation.progress(id, progress);
    if (progress > 0) answered();
  }

  function end(id: string): void {
    escalation.end(id);
    answered();
  }

  function make(): void {
    const now = clock.now();
    /** Whom this look has reached: who is called by two stages at once gets one message, that of the later. */
    const reached = new Set<string>();
    for (const call of escalation.due(now).toReversed()) makeCall(call, now, reached);
  }

  function makeCall({ id, subject, stage, round, call }: DueCall, now: number, reached: Set<string>): void {
    const notification = ofCall(subject.about, { id, at: now, stage, round });
    const all = call.flatMap((one): readonly Address[] => {
      if (one.who !== "targets") return calling.people(subject, one, now).flatMap(addressesOf);
      // The groups have just been told of what began.
      return round === 0 && now - subject.since < justNowMs ? [] : audience(notification);
    });
    if (all.length === 0) empty.add(subject.class);
    else made.add(subject.class);
    tell(
      notification,
      all.filter(({ target, recipient }) => {
        const whom = `${subject.id}\n${target}\n${recipient?.contact ?? ""}`;
        return !reached.has(whom) && reached.add(whom);
      }),
    );
  }

  function takeUpIncident(incident: Incident, first: IncidentStep | undefined): void {
    if (first === undefined || escalation.find(incident.id) !== undefined) return;
    const place = placeOf(registry, incident.site, first.device);
    const about = ofStep(first, place, wordsOf(place, first.rule));
    const { id, site, building, detectedAt: since, marks } = incident;
    const progress = progressOf[incident.state] ?? 0;
    const isPaused = () => false;
    escalation.follow({ id, class: "fire", site, building, since, marks, progress, isPaused, about });
  }

  function takeUpAlert(alert: Alert): void {
    const { id, device, rule, severity, raisedAt: at, values, muted, under } = alert;
    const isOver = alert.simulated || alert.resolvedBy !== undefined || muted || under !== undefined;
    if (isOver || escalation.find(id) !== undefined) return;
    const change: Change = { id, alert: id, step: "raised", device, rule, severity, at, values };
    const place = placeOf(registry, alert.site, device);
    follow(change, ofChange(change, place, wordsOf(place, rule)));
  }

  return {
    alert: follow,
    answer({ alert, step, severity }) {
      if (step === "acknowledged") advance(alert, 1);
      // What is critical calls until a person acts, also when it has passed.
      if (step === "resolved" || (step === "cleared" && severity !== "critical")) end(alert);
    },
    step({ incident: id, step, site, at: since, marks }, about) {
      if (step === "closed" || step === "false-alarm") return end(id);
      if (step !== "detected") return advance(id, progressOf[step] ?? 0);
      const place = { id, class: "fire", site, building: about.building, since, marks } as const;
      escalation.follow({ ...place, progress: 0, isPaused: () => false, about });
      make();
    },
    about: (id) => escalation.find(id)?.about,
    isCurrent: escalation.isCurrent,
    takeUp({ alerts, incidents }) {
      for (const incident of incidents.open()) takeUpIncident(incident, incidents.timeline(incident.id)[0]);
      for (const query of openAlerts) {
        let cursor: string | undefined;
        do {
          const from = clock.now() - calledForMs;
          const page = alerts.list({ ...query, from, acknowledged: false, limit: 500, cursor });
          for (const alert of page.items) takeUpAlert(alert);
          cursor = page.next;
        } while (cursor !== undefined && escalation.size() < maxUnanswered);
      }
    },
    make,
  };
}

/** What a person is called by. */
export function addressesOf({ contact, ways }: Call): readonly Address[] {
  return ways.map((way) => ({ target: way.target, recipient: recipientOf(contact, way) }));
}

/** What is open since less, the targets have just heard of, ms. */
const justNowMs = 5_000;

/** A start does not call again for what is over for longer, ms. */
const calledForMs = 86_400_000;

const progressOf: Readonly<Record<string, Progress>> = {
  detected: 0,
  acknowledged: 1,
  dispatched: 1,
  arrived: 2,
  controlled: 3,
};

/** The alerts that somebody must answer: critical ones also when they have passed. */
const openAlerts = [
  { state: "raised", severity: ["major", "minor"] },
  { severity: ["critical"] },
] as const satisfies readonly { state?: "raised"; severity: ChainClass[] }[];
