import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { GatewayError, messageOf } from "../../gateway/errors.ts";
import { checkKind } from "./check.ts";
import type { Catalogue, Kind } from "./kind.ts";

/**
 * Reads every kind of a folder: each `*.ts` file directly in it exports one by default and is named after it. Throws
 * `kind-invalid` with the file's path when one cannot be loaded or does not fit together.
 */
export async function loadCatalogue(directory: string = join(import.meta.dirname, "..")): Promise<Catalogue> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    throw new GatewayError("kind-invalid", `cannot list the kinds in ${directory}: ${messageOf(cause)}`, {
      cause,
      path: directory,
    });
  });
  const files = entries
    .filter((entry) => entry.isFile() && /^(?!.*\.(test|d)\.ts$).+\.ts$/.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  const kinds = await Promise.all(files.map((file) => loadKind(join(directory, file), file.slice(0, -3))));
  return new Map(kinds.map((kind) => [kind.name, kind]));
}

async function loadKind(file: string, name: string): Promise<Kind> {
  const refuse = (message: string, cause?: unknown): never => {
    throw new GatewayError("kind-invalid", `${file}: ${message}`, { cause, path: file });
  };
  const module: { default?: Kind } = await import(pathToFileURL(file).href).catch((cause: unknown) =>
    refuse(messageOf(cause), cause),
  );
  const kind = module.default;
  if (typeof kind !== "object" || kind === null)
    return refuse("must export a kind by default, made by defineKind");
  try {
    checkKind(kind);
  } catch (cause) {
    refuse(messageOf(cause), cause);
  }
  if (kind.name !== name) refuse(`holds the kind "${kind.name}"; the file must be named after it`);
  return kind;
}
