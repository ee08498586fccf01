import type { Alert, Book, Incident, IncidentBook } from "./alert/contract.ts";
import type { Call, ChainClass, Contact, Duty, DutyCheck, Way } from "./duty/contract.ts";
import { audienceOf } from "./notify/audience.ts";
import type { Address, Notification, Recipient, Target, TargetState } from "./notify/contract.ts";
import { createDispatcher } from "./notify/dispatcher.ts";
import { createEscalation, type DueCall, type Progress } from "./notify/escalation.ts";
import { ofCall, ofChange, ofStep } from "./notify/notification.ts";
import { type Outbox, openOutbox } from "./notify/outbox.ts";
import type { SharedParts } from "./shared-parts.ts";
import type { Database, Registry } from "./state/contract.ts";
import { activeContact, placeOf, wordsOf } from "./telling-facts.ts";
import type { Change, DutyCheckStep, IncidentStep } from "./types.ts";

/** Tells people: of each change and step once, and again and again of what nobody answers. */
export interface Telling {
  /** Tells of a critical change, or of a step of an incident, before it is on disk. */
  urgent(happening: Change | IncidentStep): void;
  /** Takes what is on disk; what was urgent has been told already. */
  apply(happening: Change | IncidentStep): void;
  /** Asks the crew of a duty check, and tells what became of it. */
  dutyCheck(step: DutyCheckStep, check: DutyCheck): void;
  /** Begins to send, and to call for what is open. */
  start(books: Books): void;
  /** Makes the calls whose time has come. */
  tick(): void;
  /** Resolves when a test went the whole way through the dispatcher. */
  probe(id: string): Promise<void>;
  readonly outbox: Pick<Outbox, "list" | "flush">;
  targets(): readonly TargetState[];
  /** Told which targets fail, and why; undefined when all take again. */
  onFailing(listener: (reason: string | undefined) => void): void;
  /** Nothing more is sent; what waits is sent after the next start. */
  close(): Promise<unknown>;
}

/** Where what is open stands at a start. */
interface Books {
  readonly alerts: Pick<Book, "list">;
  readonly incidents: Pick<IncidentBook, "open" | "timeline">;
  readonly dutyChecks: readonly DutyCheck[];
}

interface Parts {
  readonly database: Database;
  readonly registry: Pick<Registry, "device" | "site">;
  readonly targets: readonly Target[];
  readonly duty: Pick<Duty, "calling" | "contacts">;
  /** Why nobody is to be told of a change below critical; undefined: they are. */
  readonly hold: (change: Change) => string | undefined;
  /** Where a recipient acknowledges without logging in. */
  readonly linkOf: (notification: Notification, recipient: Recipient) => string | undefined;
  readonly random: () => number;
}

/** Joins what happens to the people who must know. */
export function openTelling(
  shared: Pick<SharedParts, "config" | "clock" | "metrics" | "log">,
  parts: Parts,
): Telling {
  const { clock, metrics, log } = shared;
  const { notify: settings } = shared.config;
  const { registry, targets, hold } = parts;
  const { calling, contacts } = parts.duty;
  const calls = metrics.countBy("calls", "Calls because nobody had answered, by class of alarm", "class");
  const empty = metrics.countBy("calls_empty", "Calls for which nobody is known, by class of alarm", "class");
  const crowded = metrics.count(
    "calls_crowded",
    "Alerts that are told once and not followed, because too many are open",
  );
  let failing: (reason: string | undefined) => void = () => {};

  const escalation = createEscalation({ chainOf: calling.chain, most: settings.maxUnanswered });
  const outbox = openOutbox({ database: parts.database, clock, settings });
  const dispatcher = createDispatcher({
    ...{ targets, outbox, settings, clock, metrics, random: parts.random, linkOf: parts.linkOf },
    recipientOf(id, target) {
      const contact = activeContact(parts.duty, id);
      const way = contact?.ways.find((one) => one.target === target);
      return contact && way && recipientOf(contact, way);
    },
    isNeeded({ kind, id, step }) {
      if (kind === "call") return escalation.isCurrent(id);
      return kind !== "duty-check" || step !== "asked" || openChecks.has(id);
    },
    failing: (reason) => failing(reason),
  });
  /** Ids of the notifications by which open duty checks are asked. */
  const openChecks = new Set<string>();
  /** Ids of what was told before it was on disk. */
  const told = createRecent(settings.waiting);
  let isAnswered = false;

  function take(happening: Change | IncidentStep): void {
    if ("incident" in happening) takeStep(happening);
    else takeChange(happening);
  }

  function takeChange(change: Change): void {
    const isReplay = change.simulated === true && change.drill === undefined;
    if (change.step === "pending" || change.step === "dropped" || isReplay) return;
    const [site = ""] = change.device.split("/");
    const place = placeOf(registry, site, change.device);
    const notification = ofChange(change, place, wordsOf(place, change.rule));
    const to = addressesOf(notification);
    const held = change.severity === "critical" ? undefined : hold(change);
    if (held !== undefined) dispatcher.hold(notification, to, held);
    else dispatcher.tell(notification, to);
    if (change.step === "raised") {
      if (held === undefined) followAlert(change, notification);
    } else answer(change);
  }

  /** A fire is its incident's. */
  function followAlert(change: Change, about: Notification): void {
    const { alert: id, severity, at } = change;
    if (about.urgency === "fire" || severity === "info") return;
    const { site, building } = about;
    if (calling.chain(site, severity).stages.length === 0) return;
    const subject = {
      id,
      class: severity,
      site,
      building,
      since: at,
      marks: undefined,
      progress: 0,
      about,
    } as const;
    if (!escalation.follow(subject)) crowded.add();
  }

  function answer({ alert, step, severity }: Change): void {
    if (step === "acknowledged") advance(alert, 1);
    // What is critical calls until a person acts, also when it has passed.
    if (step === "resolved" || (step === "cleared" && severity !== "critical")) end(alert);
  }

  function takeStep(step: IncidentStep): void {
    const known = escalation.find(step.incident);
    const { site, device } = step;
    const place = placeOf(registry, site, device);
    // A person's step names no device: what it is about stands in its beginning.
    const words = device === undefined && known !== undefined ? known.about : wordsOf(place, step.rule);
    const notification = { ...known?.about, ...ofStep(step, place, words) };
    dispatcher.tell(notification, addressesOf(notification));
    if (step.step === "detected") {
      const { incident: id, at, marks } = step;
      const { building } = notification;
      escalation.follow({
        id,
        class: "fire",
        site,
        building,
        since: at,
        marks,
        progress: 0,
        about: notification,
      });
      makeCalls();
    }
    if (step.step === "closed" || step.step === "false-alarm") end(step.incident);
    else advance(step.incident, progressOf[step.step] ?? 0);
  }

  function advance(id: string, progress: Progress): void {
    escalation.progress(id, progress);
    isAnswered ||= progress > 0;
  }

  function end(id: string): void {
    escalation.end(id);
    isAnswered = true;
  }

  function addressesOf(notification: Notification): Address[] {
    return audienceOf(notification, targets).map(({ name }) => ({ target: name }));
  }

  function makeCalls(): void {
    const now = clock.now();
    for (const call of escalation.due(now)) makeCall(call, now);
  }

  function makeCall({ id, subject, stage, round, call }: DueCall, now: number): void {
    const notification = ofCall(subject.about, { id, at: now, stage, round });
    const to = call.flatMap((one): readonly Address[] => {
      // The groups have just been told of what began.
      if (one.who === "targets")
        return round === 0 && now - subject.since < justNowMs ? [] : addressesOf(notification);
      return calling.people(subject, one, now).flatMap(addressesOfCall);
    });
    if (to.length === 0) empty.add(subject.class);
    else calls.add(subject.class);
    dispatcher.tell(notification, to);
  }

  /** Those on duty are asked; programs hear what becomes of it. */
  function takeDutyCheck({ id, step, by, at }: DutyCheckStep, check: DutyCheck): void {
    const { site, crewName, crew } = check;
    const asking = askingOf(check);
    const notification: Notification = {
      ...{ id: step === "asked" ? asking : id, kind: "duty-check", at, step, site },
      ...{ urgency: "critical", severity: "major", siteName: registry.site(site)?.name ?? site },
      ...{
        title: { zh: `查岗：${crewName}`, en: `Duty check: ${crewName}` },
        ...(by === undefined ? {} : { by }),
      },
    };
    const isOpen = step === "asked";
    if (isOpen) openChecks.add(asking);
    else isAnswered = openChecks.delete(asking) || isAnswered;
    const asked = isOpen ? peopleOf(site, crew, check.onDuty) : [];
    dispatcher.tell(notification, [
      ...addressesOf(notification),
      ...asked.flatMap((contact) => addressesOfCall({ contact, ways: contact.ways.slice(0, 1) })),
    ]);
  }

  /** Those on duty in a crew, or all of it when the roster says nothing. */
  function peopleOf(site: string, crew: string, onDuty: readonly string[]): readonly Contact[] {
    const all = contacts.of(site).filter((one) => one.crew === crew && one.isActive);
    const present = all.filter(({ id }) => onDuty.includes(id));
    return present.length > 0 ? present : all;
  }

  function followOpen({ alerts, incidents }: Books): void {
    for (const incident of incidents.open()) followIncident(incident, incidents.timeline(incident.id)[0]);
    for (const query of openAlerts) {
      let cursor: string | undefined;
      do {
        const from = clock.now() - calledForMs;
        const page = alerts.list({ ...query, from, acknowledged: false, limit: 500, cursor });
        for (const alert of page.items) followAgain(alert);
        cursor = page.next;
      } while (cursor !== undefined && escalation.size() < settings.maxUnanswered);
    }
  }

  function followIncident(incident: Incident, first: IncidentStep | undefined): void {
    if (first === undefined || escalation.find(incident.id) !== undefined) return;
    const place = placeOf(registry, incident.site, first.device);
    const about = ofStep(first, place, wordsOf(place, first.rule));
    const { id, site, building, detectedAt: since, marks } = incident;
    const progress = progressOf[incident.state] ?? 0;
    escalation.follow({ id, class: "fire", site, building, since, marks, progress, about });
  }

  function followAgain(alert: Alert): void {
    const { id, device, rule, severity, raisedAt: at, values, reason } = alert;
    if (alert.simulated || alert.resolvedBy !== undefined || escalation.find(id) !== undefined) return;
    const change: Change = {
      ...{ id, alert: id, step: "raised", device, rule, severity, at, values },
      ...(reason === undefined ? {} : { reason }),
    };
    if (severity !== "critical" && hold(change) !== undefined) return;
    const place = placeOf(registry, alert.site, device);
    followAlert(change, ofChange(change, place, wordsOf(place, rule)));
  }

  return {
    urgent(happening) {
      try {
        told.add(happening.id);
        take(happening);
      } catch (error) {
        // It is on the screens and on its way to the disk, where it is taken again.
        told.forget(happening.id);
        log.error({ err: error, change: happening.id }, "people could not be told at once");
      }
    },
    apply(happening) {
      if (!told.has(happening.id)) take(happening);
    },
    dutyCheck: takeDutyCheck,
    start(books) {
      for (const check of books.dutyChecks) openChecks.add(askingOf(check));
      followOpen(books);
      dispatcher.start();
      makeCalls();
    },
    tick() {
      if (isAnswered) dispatcher.sweep();
      isAnswered = false;
      makeCalls();
    },
    probe: dispatcher.probe,
    outbox,
    targets: dispatcher.targets,
    onFailing(listener) {
      failing = listener;
    },
    close: dispatcher.close,
  };
}

function addressesOfCall({ contact, ways }: Call): readonly Address[] {
  return ways.map((way) => ({ target: way.target, recipient: recipientOf(contact, way) }));
}

function recipientOf({ id, name }: Contact, { address }: Way): Recipient {
  return { contact: id, name, address };
}

/** Id of the notification by which a crew is asked. */
function askingOf({ id }: DutyCheck): string {
  return `${id}-asked`;
}

/** What is open since less, the targets have just heard of, ms. */
const justNowMs = 5_000;

const progressOf: Readonly<Record<string, Progress>> = {
  detected: 0,
  acknowledged: 1,
  dispatched: 1,
  arrived: 2,
  controlled: 3,
};

/** A start does not call again for what is over for longer, ms. */
const calledForMs = 86_400_000;

/** The alerts that somebody must answer: critical ones also when they have passed. */
const openAlerts = [
  { state: "raised", severity: ["major", "minor"] },
  { severity: ["critical"] },
] as const satisfies readonly { state?: "raised"; severity: ChainClass[] }[];

/** The latest so many ids. */
function createRecent(most: number) {
  const ids = new Set<string>();
  return {
    has: (id: string) => ids.has(id),
    forget: (id: string) => void ids.delete(id),
    add(id: string) {
      const [oldest] = ids;
      if (ids.size >= most && oldest !== undefined) ids.delete(oldest);
      ids.add(id);
    },
  };
}
