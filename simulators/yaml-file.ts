import { readFile } from "node:fs/promises";
import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { GatewayError, messageOf } from "../gateway/errors.ts";

/** Reads a YAML file against a schema. Throws `invalid-request` when it cannot be read, or as `parseYaml` does. */
export async function loadYaml<T extends z.ZodType>(schema: T, file: string): Promise<z.output<T>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new GatewayError("invalid-request", `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
  return parseYaml(schema, text, file);
}

/** Reads YAML against a schema. Throws `invalid-request` that lists every fault with its place: `fire.yaml:12 steps[2].send.device: …`. */
export function parseYaml<T extends z.ZodType>(schema: T, text: string, name: string): z.output<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0]);
    throw new GatewayError(
      "invalid-request",
      `${name}:${line} is not YAML: ${broken.message.split("\n")[0]}`,
    );
  }
  const result = schema.safeParse(document.toJS());
  if (result.success) return result.data;

  const faults = result.error.issues.map((issue) => {
    const node = findNode(document, issue.path);
    const line = node === undefined ? "" : `:${lines.linePos(node).line}`;
    return `${name}${line} ${writePath(issue.path)}: ${issue.message}`;
  });
  const path = writePath(result.error.issues[0]?.path ?? []);
  throw new GatewayError("invalid-request", faults.join("\n"), { path });
}

/** Where the value of a path begins, or the nearest thing around it. */
function findNode(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as
      | { range?: [number, number, number] }
      | undefined;
    if (node?.range) return node.range[0];
  }
  return undefined;
}

function writePath(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return text.replace(/^\./, "") || "file";
}
