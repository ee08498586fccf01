import { readFileSync, writeFileSync } from "node:fs";
import { addedRules } from "../gateway/alert/added-rules.ts";
import { faultTable } from "../gateway/alert/fault-table.ts";
import { type AuditMode, auditFacts } from "../gateway/api/audit-facts.ts";
import { groups, type Reach, rights, type Who } from "../gateway/api/roles.ts";
import { type TopicAction, type TopicClass, topicRights } from "../gateway/broker/topic-rights.ts";
import { listSettings } from "../gateway/config.ts";
import { reloadable } from "../gateway/reloadable.ts";
import type { Role } from "../gateway/types.ts";

/** The pages with generated tables. */
export const generatedPages: readonly URL[] = ["operations.md", "protocol.md"].map(
  (name) => new URL(name, import.meta.url),
);

/** The page's text with every generated table as the code has it now. A table stands between `<!-- name -->` and `<!-- /name -->`. */
export function withTables(page: string): string {
  return Object.entries(tables).reduce(
    (text, [name, render]) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`),
        (_, begin: string, end: string) => `${begin}${render()}\n${end}`,
      ),
    page,
  );
}

/** Every generated table by its name in its page. */
export const tables: Readonly<Record<string, () => string>> = {
  settings: () =>
    table(
      ["setting", "default", "meaning", "reload"],
      listSettings().map(({ path, default: value, description }) => [
        `\`${path}\``,
        value === undefined ? "none" : `\`${typeof value === "string" ? value : JSON.stringify(value)}\``,
        description,
        reloadable.has(path) ? "yes" : "",
      ]),
    ),
  faults: () =>
    table(
      ["alert", "severity", "on the screen", "what to do", "ends"],
      Object.entries(faultTable).map(([name, { severity, title, advice, isLasting }]) => [
        `\`${name}\``,
        severity,
        `${title.en}<br>${title.zh}`,
        `${advice.en}<br>${advice.zh}`,
        isLasting ? "when a person resolves it" : "by itself",
      ]),
    ),
  "added-alerts": () =>
    table(
      ["alert", "severity", "on the screen", "what to do"],
      Object.entries(addedRules).map(([name, { severity, title, advice }]) => [
        `\`${name}\``,
        severity,
        `${title.en}<br>${title.zh}`,
        `${advice.en}<br>${advice.zh}`,
      ]),
    ),
  topics: () =>
    table(
      ["who", "topic", ...topicActions],
      Object.entries(topicRights).flatMap(([type, rows]) =>
        Object.entries(rows).map(([topicClass, row]) => [
          type,
          topicClasses[topicClass as TopicClass],
          ...topicActions.map((action) => (row[action] === "no" ? "–" : row[action])),
        ]),
      ),
    ),
  audit: () =>
    table(
      ["operation", "in the trail"],
      Object.entries(auditFacts)
        .filter(([, { mode }]) => mode !== undefined)
        .map(([operation, { mode }]) => [`\`${operation}\``, modes[mode!]]),
    ),
  roles: () =>
    table(
      ["operation", ...groups.everyone, "with a role at single sites"],
      Object.entries(rights).map(([operation, { who, reach }]) => [
        `\`${operation}\``,
        ...groups.everyone.map((role) => mark(who, role)),
        who === "public" ? "may" : reaches[reach],
      ]),
    ),
};

const topicActions: readonly TopicAction[] = ["publish", "subscribe", "will"];

const topicClasses: Readonly<Record<TopicClass, string>> = {
  "own-status": "its own `status`",
  "own-up": "its own `telemetry`, `event`, `reply`",
  "own-down": "its own `command`, `reject`",
  "own-other": "a stream that does not exist, or a filter wider than a stream, below its own name",
  "declared-own": "what it declared, below `linli/`",
  "declared-plain": "what it declared, elsewhere",
  internal: "of the devices that stand for the gateway itself: `linli/v1/{site}/gateway/…`",
  foreign: "anything else: another device, another site, what was not declared",
  reserved: "what begins with `$`: `$SYS`, `$share`",
};

const modes: Readonly<Record<AuditMode, string>> = {
  write: "not done without a row",
  urgent: "goes on while the trail is full or cannot be written; the row follows",
  read: "carries data out of the house; repetitions are counted",
  self: "writes its own rows",
  none: "leaves no row",
};

const reaches: Readonly<Record<Reach, string>> = {
  nothing: "may",
  site: "at those",
  own: "sees what lies there",
  gateway: "may not",
};

function mark(who: Who, role: Role): string {
  if (who === "public") return "open";
  if (who === "person") return "logged in";
  const allowed: readonly Role[] = who === "scrape" ? groups.everyone : groups[who];
  return allowed.includes(role) ? "yes" : "–";
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => "---"), ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

if (import.meta.main) {
  for (const page of generatedPages) writeFileSync(page, withTables(readFileSync(page, "utf8")));
}
