import { readFileSync, writeFileSync } from "node:fs";
import { faultTable } from "../gateway/alert/fault-table.ts";
import { type Permission, type Reach, rights } from "../gateway/api/roles.ts";
import { listSettings } from "../gateway/config.ts";
import { reloadable } from "../gateway/reloadable.ts";

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
  roles: () =>
    table(
      ["operation", ...roles, "a token of one site"],
      Object.entries(rights).map(([operation, { least, reach }]) => [
        `\`${operation}\``,
        ...roles.map((role) => mark(least, role)),
        reaches[reach],
      ]),
    ),
};

const roles = ["viewer", "firefighter", "manager", "admin"] as const;

const reaches: Readonly<Record<Reach, string>> = {
  nothing: "may",
  site: "for its site",
  own: "sees its site's",
  gateway: "may not",
};

function mark(least: Permission, role: (typeof roles)[number]): string {
  if (least === "public") return "open";
  if (least === "scrape") return "yes";
  return roles.indexOf(role) >= roles.indexOf(least) ? "yes" : "–";
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => "---"), ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

if (import.meta.main) writeFileSync(operationsPage, withTables(readFileSync(operationsPage, "utf8")));
