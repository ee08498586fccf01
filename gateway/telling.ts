import type { Holds } from "./alert/mute/contract.ts";
import type { Assignees } from "./assignees.ts";
import { addressesOf, createCalls, type OpenBooks } from "./calls.ts";
import type { Contact, Duty, DutyCheck } from "./duty/contract.ts";
import { dutyCheckNotification } from "./duty-notification.ts";
import { audienceOf } from "./notify/audience.ts";
import type { Address, Notification, Recipient, Target, TargetState } from "./notify/contract.ts";
import { createDispatcher } from "./notify/dispatcher.ts";
import { ofChange, ofStep } from "./notify/notification.ts";
import { type Outbox, openOutbox } from "./notify/outbox.ts";
import type { SharedParts } from "./shared-parts.ts";
import type { Database, Registry } from "./state/contract.ts";
import { activeContact, placeOf, recipientOf, wordsOf } from "./telling-facts.ts";
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
  start(open: OpenBooks & { readonly dutyChecks: readonly DutyCheck[] }): void;
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

interface Parts {
  readonly database: Database;
  readonly registry: Pick<Registry, "device" | "site">;
  readonly targets: readonly Target[];
  readonly duty: Pick<Duty, "calling" | "contacts">;
  readonly assignees: Assignees;
  /** Why nobody is to be told of a change below critical. */
  readonly holds: Holds;
  /** Where a recipient acknowledges without logging in. */
  readonly linkOf: (notification: Notification, recipient: Recipient) => string | undefined;
}

/** Joins what happens to the people who must know. */
export function openTelling(
  shared: Pick<SharedParts, "config" | "clock" | "metrics" | "log" | "random">,
  { database, registry, targets, duty, assignees, holds, linkOf }: Parts,
): Telling {
  const { clock, metrics, log, random } = shared;
  const { notify: settings } = shared.config;
  let failing: (reason: string | undefined) => void = () => {};
  /** Something that waits may be needed no more. */
  let isAnswered = false;
  /** Ids of the notifications by which open duty checks are asked. */
  const openChecks = new Set<string>();
  /** Ids of what was told before it was on disk. */
  const told = createRecent(settings.waiting);

  const outbox = openOutbox({ database, clock, settings });
  const audience = (notification: Notification): Address[] =>
    audienceOf(notification, targets).map(({ name }) => ({ target: name }));
  const calls = createCalls(shared, {
    ...{ registry, duty, holds, audience },
    tell: (notification, to) => dispatcher.tell(notification, to),
    answered() {
      isAnswered = true;
    },
  });
  const dispatcher = createDispatcher({
    ...{ targets, outbox, settings, clock, random, metrics, linkOf },
    recipientOf(id, target) {
      const contact = activeContact(duty, id);
      const way = contact?.ways.find((one) => one.target === target);
      return contact && way && recipientOf(contact, way);
    },
    isNeeded({ kind, id, step }) {
      if (kind === "call") return calls.isCurrent(id);
      return kind !== "duty-check" || step !== "asked" || openChecks.has(id);
    },
    failing: (reason) => failing(reason),
    linkless: (error) => log.error({ err: error }, "a notification goes without its answer link"),
  });

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
    const held = holds.hold(change);
    const all = [...audience(notification), ...assigneeOf(change, site)];
    if (held === undefined) dispatcher.tell(notification, all);
    else dispatcher.hold(notification, all, held);
    if (change.step !== "raised" && change.step !== "reminded") calls.answer(change);
    else if (held === undefined) calls.alert(change, notification);
  }

  /** Who is given an alert by somebody else, by his first way. */
  function assigneeOf({ assignee, by }: Change, site: string): readonly Address[] {
    if (assignee == null || assignee === by) return [];
    const contact = assignees(site)?.find(({ name }) => name === assignee)?.contact;
    return contact === undefined ? [] : addressesOf({ contact, ways: contact.ways.slice(0, 1) });
  }

  function takeStep(step: IncidentStep): void {
    const about = calls.about(step.incident);
    const place = placeOf(registry, step.site, step.device);
    // A person's step names no device: what it is about stands in its beginning.
    const words = step.device === undefined && about !== undefined ? about : wordsOf(place, step.rule);
    const notification = { ...about, ...ofStep(step, place, words) };
    dispatcher.tell(notification, audience(notification));
    calls.step(step, notification);
  }

  /** Those on duty are asked; programs hear what becomes of it. */
  function takeDutyCheck(step: DutyCheckStep, check: DutyCheck): void {
    const { site, crew } = check;
    const isOpen = step.step === "asked";
    const asking = askingOf(check);
    const siteName = registry.site(site)?.name ?? site;
    const words = dutyCheckNotification(step, check, siteName);
    const notification = isOpen ? { ...words, id: asking } : words;
    if (isOpen) openChecks.add(asking);
    else isAnswered = openChecks.delete(asking) || isAnswered;
    const asked = isOpen ? peopleOf(site, crew, check.onDuty) : [];
    dispatcher.tell(notification, [
      ...audience(notification),
      ...asked.flatMap((contact) => addressesOf({ contact, ways: contact.ways.slice(0, 1) })),
    ]);
  }

  /** Those on duty in a crew, or all of it when the roster says nothing. */
  function peopleOf(site: string, crew: string, onDuty: readonly string[]): readonly Contact[] {
    const all = duty.contacts.of(site).filter((one) => one.crew === crew && one.isActive);
    const present = all.filter(({ id }) => onDuty.includes(id));
    return present.length > 0 ? present : all;
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
    start({ dutyChecks, ...books }) {
      for (const check of dutyChecks) openChecks.add(askingOf(check));
      calls.takeUp(books);
      dispatcher.start();
      calls.make();
    },
    tick() {
      if (isAnswered) dispatcher.sweep();
      isAnswered = false;
      calls.make();
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

/** Id of the notification by which a crew is asked. */
function askingOf({ id }: DutyCheck): string {
  return `${id}-asked`;
}

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
