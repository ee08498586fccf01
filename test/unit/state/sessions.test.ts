import { expect, test } from "vitest";
import type { StateSettings } from "../../../gateway/state/settings.ts";
import { aState } from "./support.ts";

const from = { address: "127.0.0.1", agent: "test" };
const minute = 60_000;
const hour = 3_600_000;

function aStateWithSessions(settings: Partial<StateSettings> = {}) {
  const state = aState({ settings });
  const { people, sessions } = state.identity;
  const chief = people.add({ login: "chief", name: "主任", grants: [{ role: "admin" }] });
  const wang = people.add({ login: "wang", name: "王队长", grants: [{ role: "firefighter" }] });
  const open = (person = wang) => sessions.open({ person, ...from });
  return { ...state, people, sessions, chief, wang, open };
}

test("a session tells who asks, with the roles of now, also after a restart", () => {
  const { open, sessions, people, wang, clock, restart } = aStateWithSessions();
  const { cookie, session } = open();
  people.change(wang.id, { grants: [{ role: "viewer" }] });
  expect(sessions.use(cookie, { rotate: false })?.caller).toEqual({
    ...{ id: `person:${wang.id}`, name: "王队长", grants: [{ role: "viewer" }], session: session.id },
  });
  const again = restart({ clock });
  const kept = again.identity.sessions;
  expect(kept.use(cookie, { rotate: false })?.caller.name).toBe("王队长");
  kept.end(session.id);
  expect(kept.use(cookie, { rotate: false })).toBeUndefined();
  expect(again.restart({ clock }).identity.sessions.use(cookie, { rotate: false })).toBeUndefined();
});

test("a forged cookie opens nothing", () => {
  const { open, sessions } = aStateWithSessions();
  const { cookie, session } = open();
  const { cookie: other } = open();
  const mixed = `${session.id}.${other.split(".")[1]}`;
  for (const wrong of ["", ".", session.id, `${cookie}0`, cookie.slice(0, -1), mixed, "__proto__.x"]) {
    expect(sessions.use(wrong, { rotate: true })).toBeUndefined();
  }
});

test("an unused session ends after its idle time, one in use at its absolute end", () => {
  const { open, sessions, clock } = aStateWithSessions({ sessionIdleMs: hour, sessionMs: 3 * hour });
  const idle = open();
  const used = open();
  for (let passed = 0; passed < 3 * hour - minute; passed += minute) {
    expect(sessions.isOpen(used.session.id)).toBe(true);
    clock.advance(minute);
  }
  expect(sessions.use(idle.cookie, { rotate: false })).toBeUndefined();
  expect(sessions.isOpen(used.session.id)).toBe(true);
  clock.advance(minute);
  expect(sessions.isOpen(used.session.id)).toBe(false);
});

test("an administrator's session is shorter", () => {
  const { open, chief, wang } = aStateWithSessions({ sessionMs: 10 * hour, adminSessionMs: hour });
  const length = ({ session }: ReturnType<typeof open>) => session.endsAt - session.openedAt;
  expect([length(open(chief)), length(open(wang))]).toEqual([hour, 10 * hour]);
});

test("the cookie is replaced in time, and requests under way with the old one still pass", () => {
  const { open, sessions, clock } = aStateWithSessions({ sessionRotateMs: hour });
  const { cookie } = open();
  expect(sessions.use(cookie, { rotate: true })?.cookie).toBeUndefined();
  clock.advance(hour);
  expect(sessions.use(cookie, { rotate: false })?.cookie).toBeUndefined();
  const next = sessions.use(cookie, { rotate: true })?.cookie ?? "";
  expect(next).toMatch(/^[0-9a-z]{10}\.[0-9a-z]{26}$/);
  expect(sessions.use(cookie, { rotate: true })).toMatchObject({ cookie: undefined });
  expect(sessions.use(next, { rotate: true })).toMatchObject({ cookie: undefined });
  clock.advance(minute);
  expect(sessions.use(cookie, { rotate: true })).toBeDefined();
});

test("a browser that never got its new cookie goes on with the old one", () => {
  const { open, sessions, clock, restart } = aStateWithSessions({ sessionRotateMs: hour });
  const { cookie } = open();
  clock.advance(hour);
  expect(sessions.use(cookie, { rotate: true })?.cookie).toBeDefined();
  clock.advance(10 * minute);
  expect(restart({ clock }).identity.sessions.use(cookie, { rotate: true })).toBeDefined();
});

test("an old cookie that comes back long after it was replaced ends the session, and is told", () => {
  const { open, sessions, clock } = aStateWithSessions({ sessionRotateMs: hour });
  const stolen: string[] = [];
  sessions.onStolen(({ id }) => stolen.push(id));
  const { cookie, session } = open();
  clock.advance(hour);
  const next = sessions.use(cookie, { rotate: true })?.cookie ?? "";
  sessions.use(next, { rotate: true });
  clock.advance(minute + 1);
  expect(sessions.use(cookie, { rotate: true })).toBeUndefined();
  expect(sessions.use(next, { rotate: true })).toBeUndefined();
  expect(stolen).toEqual([session.id]);
});

test("who is shut out, is removed or gets another password loses every session; a change of roles ends none", () => {
  const { open, sessions, people, wang, chief, clock } = aStateWithSessions();
  const shut = [open(), open()];
  people.change(wang.id, { grants: [{ role: "viewer" }] });
  expect(sessions.of(wang.id)).toHaveLength(2);
  people.change(wang.id, { isActive: false });
  expect(shut.map(({ session }) => sessions.isOpen(session.id))).toEqual([false, false]);
  people.change(wang.id, { isActive: true });
  const old = open();
  clock.advance(1);
  people.setPassword(wang.id, "scrypt$x");
  expect(sessions.isOpen(old.session.id)).toBe(false);
  open();
  open(chief);
  people.remove(wang.id);
  expect(sessions.count()).toBe(1);
});

test("a person's sessions are bounded: the one unused for longest ends", () => {
  const { open, sessions, wang, chief, clock } = aStateWithSessions({
    sessionsPerPerson: 2,
    maxSessions: 10,
  });
  open(chief);
  const first = open();
  clock.advance(1);
  const second = open();
  clock.advance(1);
  const third = open();
  expect(sessions.of(wang.id).map(({ id }) => id)).toEqual([second.session.id, third.session.id]);
  expect(sessions.isOpen(first.session.id)).toBe(false);
  expect(sessions.of(chief.id)).toHaveLength(1);
});

test("a database that cannot take the use of a session refuses nobody", () => {
  const { open, sessions, clock, database } = aStateWithSessions({ sessionRotateMs: hour });
  const { cookie } = open();
  clock.advance(2 * hour);
  database.db.exec("PRAGMA query_only = ON");
  const use = sessions.use(cookie, { rotate: true });
  expect(use?.caller.name).toBe("王队长");
  expect(sessions.use(use?.cookie ?? "", { rotate: true })).toBeDefined();
  database.db.exec("PRAGMA query_only = OFF");
});
