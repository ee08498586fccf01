import type { Command } from "commander";
import { z } from "zod";
import { configSchema, listSettings, secretPaths } from "../config.ts";
import { readConfig } from "../config-sources.ts";
import { maskSecrets } from "../mask-secrets.ts";
import { secretNames } from "../notify/target-settings.ts";
import { printTable } from "./table.ts";

/** `linli config check|print|schema` */
export function addConfigCommand(program: Command): void {
  const config = program.command("config").description("look at the settings");
  const fileOption = [
    "-c, --config <file>",
    "YAML file with settings (default: linli.yaml when it is there)",
  ] as const;

  config
    .command("check")
    .description("read all settings and list every fault; touches neither network nor disk")
    .option(...fileOption)
    .action(({ config: file }: { config?: string }) => {
      readConfig({ file, environment: process.env });
      console.log("the settings are right");
    });

  config
    .command("print")
    .description(
      "print every setting with the value in force and its environment variable; secrets are masked",
    )
    .option(...fileOption)
    .action(({ config: file }: { config?: string }) => {
      const values = readConfig({ file, environment: process.env });
      const rows = listSettings().map(({ path, variable, description }) => [
        path,
        show(path, read(values, path)),
        variable,
        description,
      ]);
      printTable(["setting", "value", "variable", "meaning"], rows);
    });

  config
    .command("schema")
    .description("print the JSON Schema of linli.yaml, for editors")
    .action(() => console.log(JSON.stringify(z.toJSONSchema(configSchema, { io: "input" }), null, 2)));
}

/** Inside of lists: secrets, all of a target's URL that may be one, and what a provider's headers and body say besides places to fill in. */
function maskInside(name: string, value: unknown): unknown {
  if (typeof value === "object" && value !== null) {
    return name === "headers" || name === "body" ? maskTexts(value) : value;
  }
  if (secretNames.has(name)) return "(set, masked)";
  if (name !== "url" || typeof value !== "string") return value;
  const { origin, pathname, search } = new URL(value);
  return pathname === "/" && search === "" ? origin : `${origin}/(masked)`;
}

/** Texts without a place to fill in may be secrets that were not put where secrets belong. */
function maskTexts(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(maskTexts);
  if (typeof node === "object" && node !== null) {
    return Object.fromEntries(Object.entries(node).map(([name, item]) => [name, maskTexts(item)]));
  }
  return typeof node !== "string" || /\{\w+\}/.test(node) ? node : "(masked)";
}

function read(tree: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], tree);
}

function show(path: string, value: unknown): string {
  if (value === undefined) return "";
  if (secretPaths.has(path)) return "(set, masked)";
  return maskSecrets(typeof value === "string" ? value : JSON.stringify(value, maskInside));
}
