import { z } from "zod";
import { type Template, templateFaults } from "./template.ts";

/** The key in a Standard Webhooks secret; undefined when it is none. */
export function readSecret(text: string): Buffer | undefined {
  const key = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  const bytes = Buffer.from(key ?? "", "base64");
  return bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
}

const text = z.string().min(1).max(1024);
const file = z.string().min(1);

const url = z.url({ protocol: /^https?$/, error: "must be an https URL" }).refine((given) => {
  const { username, password } = new URL(given);
  return username === "" && password === "";
}, "must not carry a user name or password in front of the host");

const address = z.email({ error: "must be an address of e-mail" });
/** `linli@example.com` or `邻里 <linli@example.com>`. */
const sender = z
  .string()
  .max(320)
  .refine(
    (given) => address.safeParse(/^[^<>\r\n]*<([^<>\s]+)>$/.exec(given)?.[1] ?? given).success,
    "must be an address of e-mail, or a name and the address in <>",
  );

const severity = z.enum(["critical", "major", "minor", "info"]);

/** What every target has besides its own; it is called as its type unless it has a name. */
function common<T extends string>(type: T, { least = "major" as z.infer<typeof severity> } = {}) {
  return {
    type: z.literal(type),
    name: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, _ or -")
      .default(type),
    sites: z.array(z.string().min(1)).min(1).max(1000).optional(),
    least: severity.default(least),
  };
}

/** What targets have that people read. */
function read(perMinute: number) {
  return { perMinute: z.int().min(1).default(perMinute), language: z.enum(["zh", "en"]).default("zh") };
}

/** Of several ways to give the same thing one, or none where that is allowed. */
function oneOf(names: readonly string[], order: "required" | "optional") {
  return (target: object, context: z.core.$RefinementCtx) => {
    const given = names.filter((name) => (target as Record<string, unknown>)[name] !== undefined);
    if (given.length > 1 || (given.length === 0 && order === "required")) {
      const message =
        order === "required"
          ? `needs one of ${names.join(", ")}, and not more`
          : `takes only one of ${names.join(", ")}`;
      context.addIssue({ code: "custom", message });
    }
  };
}

const webhook = z
  .strictObject({
    ...common("webhook"),
    url,
    secret: z
      .string()
      .refine((given) => readSecret(given) !== undefined, "must be whsec_ and 24 to 64 bytes in base 64")
      .optional(),
    secretFile: file.optional(),
  })
  .superRefine(oneOf(["secret", "secretFile"], "required"));

const wecom = z
  .strictObject({
    ...common("wecom"),
    ...read(20),
    url: url.optional(),
    urlFile: file.optional(),
    key: text.optional(),
    keyFile: file.optional(),
  })
  .superRefine(oneOf(["url", "urlFile", "key", "keyFile"], "required"));

const dingtalk = z
  .strictObject({
    ...common("dingtalk"),
    ...read(20),
    url: url.optional(),
    urlFile: file.optional(),
    accessToken: text.optional(),
    accessTokenFile: file.optional(),
    secret: text.optional(),
    secretFile: file.optional(),
  })
  .superRefine(oneOf(["url", "urlFile", "accessToken", "accessTokenFile"], "required"))
  .superRefine(oneOf(["secret", "secretFile"], "optional"));

const feishu = z
  .strictObject({
    ...common("feishu"),
    ...read(100),
    url: url.optional(),
    urlFile: file.optional(),
    secret: text.optional(),
    secretFile: file.optional(),
  })
  .superRefine(oneOf(["url", "urlFile"], "required"))
  .superRefine(oneOf(["secret", "secretFile"], "optional"));

const email = z
  .strictObject({
    ...common("email"),
    ...read(60),
    host: z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/, "must be the name or address of a mail server"),
    port: z.int().min(1).max(65_535).optional(),
    tls: z.enum(["tls", "starttls", "none"]).default("tls"),
    user: text.optional(),
    password: text.optional(),
    passwordFile: file.optional(),
    from: sender,
    to: z.array(address).min(1).max(50).optional(),
    timeoutMs: z.int().min(100).max(300_000).default(30_000),
  })
  .superRefine(oneOf(["password", "passwordFile"], "optional"))
  .superRefine(({ user, password, passwordFile }, context) => {
    if ((user === undefined) === ((password ?? passwordFile) === undefined)) return;
    context.addIssue({
      code: "custom",
      message: "needs a password or passwordFile with a user, and no other",
    });
  });

const mqtt = z.strictObject({ ...common("mqtt") });

const alertmanager = z
  .strictObject({
    ...common("alertmanager", { least: "minor" }),
    language: z.enum(["zh", "en"]).default("zh"),
    url,
    user: text.optional(),
    password: text.optional(),
    passwordFile: file.optional(),
    token: text.optional(),
    tokenFile: file.optional(),
  })
  .superRefine(oneOf(["password", "passwordFile", "token", "tokenFile"], "optional"))
  .superRefine(({ user, password, passwordFile }, context) => {
    if ((user === undefined) === ((password ?? passwordFile) === undefined)) return;
    context.addIssue({
      code: "custom",
      message: "needs a password or passwordFile with a user, and no other",
    });
  });

const template: z.ZodType<Template> = z.lazy(() =>
  z.union([
    z.string().max(4096),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(template).max(64),
    z.record(z.string().min(1).max(128), template),
  ]),
);

const sms = z
  .strictObject({
    ...common("sms"),
    ...read(60),
    voice: z.boolean().default(false),
    url,
    secret: text.optional(),
    secretFile: file.optional(),
    format: z.enum(["json", "form"]).default("json"),
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/, "must be the name of a header"), z.string().max(1024))
      .default({}),
    body: z.record(z.string().min(1).max(128), template),
    taken: z
      .strictObject({ field: z.string().min(1), is: z.union([z.string(), z.number(), z.boolean()]) })
      .optional(),
  })
  .superRefine(oneOf(["secret", "secretFile"], "optional"))
  .superRefine((target, context) => {
    for (const { path, message } of templateFaults(target)) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
  });

/** One target of any type. */
export const targetSettings = z.discriminatedUnion(
  "type",
  [webhook, wecom, dingtalk, feishu, email, mqtt, alertmanager, sms],
  { error: "must be one of webhook, wecom, dingtalk, feishu, email, mqtt, alertmanager, sms" },
);

/** The settings of one target. */
export type TargetSettings = z.infer<typeof targetSettings>;

/** The settings of the targets of one type. */
export type TargetOf<T extends TargetSettings["type"]> = Extract<TargetSettings, { type: T }>;

/** What may be a secret of a target, by its place in the target: all of it, or what stands behind the host of a URL. */
export const secretNames: ReadonlySet<string> = new Set([
  "secret",
  "key",
  "accessToken",
  "password",
  "token",
]);

/** Every secret that stands in the settings of targets themselves. What their files hold is not among them. */
export function secretsOfTargets(targets: readonly TargetSettings[]): string[] {
  return targets.flatMap((target) => {
    const own = Object.entries(target).flatMap(([name, value]) =>
      secretNames.has(name) && typeof value === "string" ? [value] : [],
    );
    return [...own, ...("url" in target && target.url !== undefined ? secretsOfUrl(target.url) : [])];
  });
}

/** The parts of a robot's address that let anybody speak for it: the end of its path, and the values of its query. */
export function secretsOfUrl(url: string): string[] {
  const { pathname, searchParams } = new URL(url);
  const last = pathname.split("/").at(-1) ?? "";
  return [...searchParams.values(), last].filter((part) => part.length >= 12);
}
