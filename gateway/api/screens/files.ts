import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

/** One file of the screens with what HTTP says of it. */
export interface ScreenFile {
  readonly type: string;
  readonly etag: string;
  /** Its name changes with its content, so that browsers may keep it for ever. */
  readonly isHashed: boolean;
  readonly plain: Buffer;
  /** Made by the build, where it is worth it. */
  readonly br: Buffer | undefined;
  readonly gzip: Buffer | undefined;
}

/** The built screens by path below their folder: `index.html`, `assets/app-1a2b3c4d.js`. Empty when they were not built. */
export type ScreenFiles = ReadonlyMap<string, ScreenFile>;

/** Reads the built screens whole; nothing else can be asked for while the gateway runs, and a new build shows after a restart. */
export function readScreens(folder: string): ScreenFiles {
  if (!existsSync(join(folder, "index.html"))) return new Map();
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return new Map(
    names.flatMap((name) => {
      const type = types[extname(name)];
      return type === undefined ? [] : [[name, readScreen(folder, name, type)] as const];
    }),
  );
}

function readScreen(folder: string, name: string, type: string): ScreenFile {
  const plain = readFileSync(join(folder, name));
  return {
    type,
    etag: `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`,
    isHashed: name.startsWith("assets/"),
    plain,
    br: readIfThere(join(folder, `${name}.br`)),
    gzip: readIfThere(join(folder, `${name}.gz`)),
  };
}

function readIfThere(path: string): Buffer | undefined {
  return existsSync(path) ? readFileSync(path) : undefined;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".woff2": "font/woff2",
  ".mp3": "audio/mpeg",
  ".ogg": "audio/ogg",
  ".wav": "audio/wav",
};
