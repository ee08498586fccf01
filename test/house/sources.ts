import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** The project's root folder. */
export const root = resolve(import.meta.dirname, "../..");

/** One TypeScript file or Vue component and what it imports. */
export interface Source {
  /** Path from the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly { readonly to: string; readonly isType: boolean }[];
}

const importStatement = /^(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)/gm;

/** Every TypeScript file and Vue component below the given folders. */
export function readSources(...folders: string[]): Source[] {
  return folders.flatMap(listFiles).map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const imports = [...text.matchAll(importStatement)].map((match) => {
      const specifier = (match[2] ?? match[3]) as string;
      const to = specifier.startsWith(".")
        ? relative(root, resolve(root, dirname(path), specifier))
        : specifier;
      return { to, isType: match[1] !== undefined };
    });
    return { path, text, imports };
  });
}

function listFiles(folder: string): string[] {
  const found: string[] = [];
  for (const name of readdirSync(join(root, folder))) {
    const path = `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) found.push(...listFiles(path));
    else if (/\.(ts|vue)$/.test(path)) found.push(path);
  }
  return found;
}
