import { language, type Text } from "./language.ts";

/** The texts of one area of the screens by key, each in both languages. `{name}` stands for a value. */
export type Area = Readonly<Record<string, Text>>;

/** Names between braces in a text. */
type Holes<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Holes<Rest> : never;

/** What a text must be given. */
type Given<T extends Text> =
  Holes<T["zh"]> extends never
    ? readonly []
    : readonly [values: Readonly<Record<Holes<T["zh"]>, string | number>>];

/** Says a text of the area in the language of the screen. */
export type Words<A extends Area> = <K extends keyof A>(key: K, ...given: Given<A[K]>) => string;

/** Declares the texts of an area; a language that is missing does not compile. */
export function defineArea<const A extends Area>(area: A): A {
  return area;
}

/** The texts of an area, ready to be said: `const t = wordsOf(overview); t("title")`. Follows the language live. */
export function wordsOf<A extends Area>(area: A): Words<A> {
  return (key, ...given) => {
    const text = (area[key] as Text)[language.value];
    const values = given[0] as Readonly<Record<string, string | number>> | undefined;
    return values === undefined
      ? text
      : text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
  };
}
