import { readFileSync, writeFileSync } from "node:fs";
import { faultTable } from "../gateway/alert/fault-table.ts";
import { groups, type Reach, rights, type Who } from "../gateway/api/roles.ts";
import { listSettings } from "../gateway/config.ts";
import type { Role } from "../gateway/types.ts";

/** The page with generated tables. */
export const operationsPage = new URL("operations.md", import.meta.url);

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

/** Every generated table by its name in the page. */
export const tables: Readonly<Record<string, () => string>> = {
  settings: () =>
    table(
      ["setting", "default", "meaning"],
      listSettings().map(({ path, default: value, description }) => [
        `\`${path}\``,
        value === undefined ? "none" : `\`${typeof value === "string" ? value : JSON.stringify(value)}\``,
        description,
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

if (import.meta.main) writeFileSync(operationsPage, withTables(readFileSync(operationsPage, "utf8")));
