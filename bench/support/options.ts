import { parseArgs } from "node:util";

/** A flag of a benchmark: its default says whether it takes a number, a text or nothing. */
export type Flags = Readonly<
  Record<string, { readonly default: number | string | boolean; readonly help: string }>
>;

/** The values of the flags, by name. */
export type FlagValues<F extends Flags> = {
  readonly [K in keyof F]: F[K]["default"] extends number
    ? number
    : F[K]["default"] extends boolean
      ? boolean
      : string;
};

/** Reads the command line; with `--help` or a wrong flag it prints the flags and ends the process. */
export function readFlags<const F extends Flags>(usage: string, flags: F): FlagValues<F> {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      { type: typeof flag.default === "boolean" ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  try {
    const values: Readonly<Record<string, unknown>> = parseArgs({
      options: { ...options, help: { type: "boolean" } },
    }).values;
    if (values.help === true) end(help(usage, flags), 0);
    return Object.fromEntries(
      Object.entries(flags).map(([name, flag]) => [name, read(name, values[name], flag.default)]),
    ) as FlagValues<F>;
  } catch (error) {
    return end(`${error instanceof Error ? error.message : error}\n\n${help(usage, flags)}`, 64);
  }
}

function read(name: string, given: unknown, fallback: number | string | boolean): number | string | boolean {
  if (given === undefined) return fallback;
  if (typeof fallback !== "number") return given as string | boolean;
  const value = Number(given);
  if (Number.isFinite(value) && value >= 0) return value;
  return end(`--${name} must be a number, it was "${given}"`, 64);
}

function help(usage: string, flags: Flags): string {
  const lines = Object.entries(flags).map(([name, flag]) => {
    const shown = typeof flag.default === "boolean" || flag.default === "" ? "" : ` (${flag.default})`;
    return `  --${name.padEnd(14)} ${flag.help}${shown}`;
  });
  return [usage, "", ...lines].join("\n");
}

function end(text: string, code: number): never {
  process.stderr.write(`${text}\n`);
  process.exit(code);
}
