import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { covers, faultOfFilter, faultOfTopic, matches } from "../../../gateway/broker/topics.ts";

const limits = { topicChars: 100, topicLevels: 8 };

describe("matching", () => {
  it.each([
    ["a/b", "a/b", true],
    ["a/b", "a/bc", false],
    ["a/b", "a", false],
    ["a/+", "a/b", true],
    ["a/+", "a/b/c", false],
    ["a/+/c", "a/b/c", true],
    ["+", "a", true],
    ["+/+", "/a", true],
    ["/+", "/a", true],
    ["+", "/a", false],
    ["a/+", "a/", true],
    ["a//b", "a//b", true],
    ["a/+/b", "a//b", true],
    ["#", "a/b/c", true],
    ["a/#", "a", true],
    ["a/#", "a/b/c", true],
    ["a/#", "ab", false],
    ["+/#", "a", true],
    ["a/+/#", "a", false],
    ["#", "$SYS/x", false],
    ["+/x", "$SYS/x", false],
    ["$SYS/#", "$SYS/x", true],
  ])("%s and %s: %s", (filter, topic, expected) => {
    expect(matches(filter, topic)).toBe(expected);
  });

  it("a declared filter covers another exactly when it matches all that the other matches", () => {
    const level = fc.constantFrom("a", "b", "");
    const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/"));
    const filter = fc
      .tuple(fc.array(fc.constantFrom("a", "b", "", "+"), { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([levels, rest]) => [...levels, ...(rest ? ["#"] : [])].join("/"));
    fc.assert(
      fc.property(filter, filter, topic, (declared, asked, name) => {
        if (covers(declared, asked) && matches(asked, name)) expect(matches(declared, name)).toBe(true);
        expect(covers(declared, name.replace(/^$/, "a"))).toBe(matches(declared, name.replace(/^$/, "a")));
      }),
    );
  });
});

describe("what is wrong with a topic", () => {
  it.each([
    ["a/b", undefined],
    ["/json/key/dev/attrs", undefined],
    ["", "empty"],
    ["$SYS/x", "reserved"],
    ["a/+", "wildcard"],
    ["a/#", "wildcard"],
    ["a\u0000b", "characters"],
    ["a\nb", "characters"],
    ["a\ufffdb", "characters"],
    ["x".repeat(101), "too-long"],
    ["a/b/c/d/e/f/g/h/i", "too-many-levels"],
  ])("%j is %s", (topic, fault) => {
    expect(faultOfTopic(topic, limits)).toBe(fault);
  });

  it.each([
    ["a/+/b", undefined],
    ["#", undefined],
    ["a/#/b", "wildcard"],
    ["a#", "wildcard"],
    ["a/b+", "wildcard"],
    ["$share/group/a", "reserved"],
    ["__proto__", "characters"],
    ["constructor", "characters"],
  ])("the filter %j is %s", (filter, fault) => {
    expect(faultOfFilter(filter, limits)).toBe(fault);
  });
});
