/** A value of a body with places to fill in its texts: `{phone}`. */
export type Template = string | number | boolean | null | Template[] | { [name: string]: Template };

/** What may be filled in, and with what. */
export const placeholders = {
  phone: "the number that is called",
  text: "the message in one line, 300 characters at most",
  id: "the id of the notification; the same when it is sent again",
  name: "the name of the recipient",
  link: "where he acknowledges it; empty when there is none",
  site: "the id of the site",
  urgency: "fire, critical or normal",
  drill: "true or false",
  secret: "the target's secret",
} as const;

/** The values of one message by placeholder. */
export type Filling = Readonly<Record<keyof typeof placeholders, string>>;

const place = /\{([A-Za-z]+)\}/g;

/** The same value with its texts filled. What is filled in is not looked at again. */
export function fill(template: Template, filling: Filling): Template {
  if (typeof template === "string") {
    return template.replace(place, (whole, name: string) =>
      Object.hasOwn(filling, name) ? filling[name as keyof Filling] : whole,
    );
  }
  if (Array.isArray(template)) return template.map((item) => fill(item, filling));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, item]) => [name, fill(item, filling)]));
}

interface Written {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, Template>>;
  readonly format: "json" | "form";
  readonly secret?: string | undefined;
  readonly secretFile?: string | undefined;
}

/** What is wrong with the templates of a target, by their path in it. */
export function templateFaults({ headers, body, format, secret, secretFile }: Written) {
  const faults: { path: readonly (string | number)[]; message: string }[] = [];
  const used = new Set<string>();
  const known = Object.keys(placeholders);
  for (const [path, text] of [...textsOf(headers, ["headers"]), ...textsOf(body, ["body"])]) {
    for (const [, name = ""] of text.matchAll(place)) {
      used.add(name);
      if (known.includes(name)) continue;
      faults.push({ path, message: `{${name}} is no placeholder; there are {${known.join("}, {")}}` });
    }
  }
  for (const [name, value] of Object.entries(headers)) {
    const isFine =
      /^[\t\x20-\x7e]*$/.test(value) && [...value.matchAll(place)].every(([, of]) => of === "secret");
    if (isFine) continue;
    faults.push({
      path: ["headers", name],
      message: "takes letters of ASCII, and no placeholder but {secret}",
    });
  }
  if (!used.has("phone")) faults.push({ path: ["body"], message: "needs {phone} in one of its values" });
  if (!used.has("text")) faults.push({ path: ["body"], message: "needs {text} in one of its values" });
  if ((secret ?? secretFile) !== undefined && !used.has("secret")) {
    faults.push({
      path: ["body"],
      message: "the secret is not used; write {secret} in a header or in the body",
    });
  }
  if ((secret ?? secretFile) === undefined && used.has("secret")) {
    faults.push({ path: ["secret"], message: "is missing; {secret} stands for it" });
  }
  if (format === "form" && Object.values(body).some((item) => typeof item === "object")) {
    faults.push({ path: ["body"], message: "a form has no groups; write each value as a text" });
  }
  return faults;
}

function textsOf(
  node: Template,
  path: readonly (string | number)[],
): [readonly (string | number)[], string][] {
  if (typeof node === "string") return [[path, node]];
  if (typeof node !== "object" || node === null) return [];
  const isList = Array.isArray(node);
  return Object.entries(node).flatMap(([name, item]) =>
    textsOf(item, [...path, isList ? Number(name) : name]),
  );
}
