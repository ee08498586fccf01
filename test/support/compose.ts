import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../house/sources.ts";

/** The parts of a service that the tests look at. */
export interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks: readonly string[] | Readonly<Record<string, { aliases?: readonly string[] }>>;
  readonly depends_on?: Readonly<Record<string, { condition: string; required?: boolean }>>;
  readonly healthcheck?: object;
  readonly [key: string]: unknown;
}

/** The file after its variables were filled in. */
export interface ComposeFile {
  readonly text: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { file: string }>>;
}

/** Reads `docker-compose.yml` as Compose would with these variables; a required one that is missing throws its message. */
export function readCompose(variables: Readonly<Record<string, string>>): ComposeFile {
  const text = readRoot("docker-compose.yml").replaceAll(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_, name: string, kind: string | undefined, rest: string) => {
      const value = variables[name] ?? "";
      if (value !== "" || kind === undefined) return value;
      if (kind === "?") throw new RangeError(`${name}: ${rest}`);
      return rest;
    },
  );
  return { ...(parse(text) as Omit<ComposeFile, "text">), text };
}

/** Each choice that `.env.example` offers, by the profile that it chooses, with what holds for all. */
export function readChoices(): Record<string, string>[] {
  const blocks = readRoot(".env.example")
    .split("\n\n")
    .map((block) => [...block.matchAll(/^#?([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]))
    .map((pairs) => Object.fromEntries(pairs) as Record<string, string>);
  const common = blocks.filter(({ COMPOSE_PROFILES }) => COMPOSE_PROFILES === undefined);
  return blocks
    .filter(({ COMPOSE_PROFILES }) => COMPOSE_PROFILES !== undefined)
    .map((choice) => Object.assign({}, ...common, choice) as Record<string, string>);
}

/** What `.env.example` says when it is copied as it is. */
export function readDefaults(): Record<string, string> {
  return Object.fromEntries(
    [...readRoot(".env.example").matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
}

/** A file in the project's root. */
export function readRoot(name: string): string {
  return readFileSync(join(root, name), "utf8");
}

/** Names in a list or the keys of a map, each once, in order. */
export function namesIn(listed: readonly (string | undefined)[] | object): unknown[] {
  return [...new Set(Array.isArray(listed) ? listed : Object.keys(listed))].toSorted();
}
