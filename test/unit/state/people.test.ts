import { describe, expect, test } from "vitest";
import { aState } from "./support.ts";

const admin = { login: "chief", name: "主任", grants: [{ role: "admin" }] } as const;
const crew = { login: "wang", name: "王队长", grants: [{ role: "firefighter", site: "elm" }] } as const;

function aStateWithPeople() {
  const state = aState();
  state.registry.addSite({ id: "elm", name: "榆树" });
  const { people } = state.identity;
  return { ...state, people, chief: people.add(admin), wang: people.add(crew) };
}

describe("people", () => {
  test("are there after a restart with roles, password and last log-in", () => {
    const { people, wang, restart } = aStateWithPeople();
    people.setPassword(wang.id, "scrypt$x");
    people.noteLogin(wang.id);
    const again = restart().identity.people;
    expect(again.find(wang.id)).toEqual(people.find(wang.id));
    expect(again.find(wang.id)).toMatchObject({
      ...crew,
      passwordAt: expect.any(Number),
      loginAt: expect.any(Number),
    });
    expect(again.passwordOf(wang.id)).toBe("scrypt$x");
    expect(
      again
        .all()
        .map(({ login }) => login)
        .sort(),
    ).toEqual(["chief", "wang"]);
  });

  test("are found by a log-in in any case, and share neither log-in nor name", () => {
    const { people, wang } = aStateWithPeople();
    expect(people.findLogin("WANG")?.id).toBe(wang.id);
    expect(() => people.add({ ...crew, name: "x", login: "Wang" })).toThrow(
      expect.objectContaining({ code: "conflict", path: "login" }),
    );
    expect(() => people.add({ ...crew, login: "wang2" })).toThrow(
      expect.objectContaining({ code: "conflict", path: "name" }),
    );
  });

  test.each([
    [{ ...crew, login: "a b" }, "login"],
    [{ ...crew, login: "" }, "login"],
    [{ ...crew, login: "x", name: "a\nb" }, "login"],
    [{ ...crew, login: "xx", name: "a\nb" }, "name"],
    [
      { ...crew, login: "xx", name: "xx", grants: [{ role: "viewer", site: "oak" } as const] },
      "grants[0].site",
    ],
  ])("%o is refused at its fault", (person, path) => {
    const { people } = aStateWithPeople();
    expect(() => people.add(person)).toThrow(expect.objectContaining({ path }));
  });

  test("always have one active administrator of everything", () => {
    const { people, chief, wang } = aStateWithPeople();
    const last = expect.objectContaining({ code: "conflict", message: expect.stringContaining("last") });
    expect(() => people.remove(chief.id)).toThrow(last);
    expect(() => people.change(chief.id, { isActive: false })).toThrow(last);
    expect(() => people.change(chief.id, { grants: [{ role: "admin", site: "elm" }] })).toThrow(last);
    people.change(wang.id, { grants: [{ role: "admin" }] });
    people.remove(chief.id);
    expect(people.find(chief.id)).toBeUndefined();
  });

  test("are as many as the settings allow", () => {
    const state = aState({ settings: { maxPeople: 1 } });
    state.identity.people.add(admin);
    expect(() => state.identity.people.add({ ...admin, login: "b2", name: "b" })).toThrow(
      expect.objectContaining({ code: "limit-reached" }),
    );
  });
});

describe("a link", () => {
  test("is found until it is over, used or replaced, and only whole", () => {
    const { identity, wang, clock } = aStateWithPeople();
    const { links } = identity;
    const about = { person: wang.id, purpose: "invite", validMs: 1000 } as const;
    const first = links.make(about);
    expect(links.find(first.secret)).toEqual(first.link);
    for (const wrong of ["", first.secret.slice(0, -1), `${first.secret}0`, first.link.id, "__proto__"]) {
      expect(links.find(wrong)).toBeUndefined();
    }
    const second = links.make(about);
    expect(links.find(first.secret)).toBeUndefined();
    clock.advance(999);
    expect(links.find(second.secret)).toEqual(second.link);
    clock.advance(1);
    expect(links.find(second.secret)).toBeUndefined();
    const third = links.make(about);
    links.end(wang.id);
    expect(links.find(third.secret)).toBeUndefined();
  });

  test("of a person who is removed is gone", () => {
    const { identity, wang } = aStateWithPeople();
    const { secret } = identity.links.make({ person: wang.id, purpose: "reset", validMs: 1000 });
    identity.people.remove(wang.id);
    expect(identity.links.find(secret)).toBeUndefined();
  });
});
