import { type Config, listSettings } from "./config.ts";
import { messageOf } from "./errors.ts";
import type { Log } from "./log.ts";
import { reloadable } from "./reloadable.ts";

/** What a reload did. */
export interface Reloaded {
  /** Settings that changed and hold from now on. */
  readonly applied: readonly string[];
  /** Settings that changed and wait for a restart. */
  readonly waiting: readonly string[];
}

/** What is done when the settings are read again while the gateway runs. */
export interface Reloads {
  /**
   * Calls `run` at each reload, after the settings were taken over: for what a setting's new value needs, and for files that may have
   * changed under the same name, such as certificates. What it throws is logged and stops nobody else.
   */
  onReload(name: string, run: () => unknown): void;
  run(next: Config): Promise<Reloaded>;
}

/** Changes `config` itself: every part that reads a setting when it needs it has the new value at once. */
export function createReloads({ config, log }: { config: Config; log: Log }): Reloads {
  const hooks: { name: string; run: () => unknown }[] = [];
  return {
    onReload: (name, run) => void hooks.push({ name, run }),
    async run(next) {
      const applied: string[] = [];
      const waiting: string[] = [];
      for (const { path } of listSettings()) {
        const value = valueAt(next, path);
        if (JSON.stringify(value) === JSON.stringify(valueAt(config, path))) continue;
        if (!reloadable.has(path)) waiting.push(path);
        else {
          setAt(config, path, value);
          applied.push(path);
        }
      }
      log.level = config.logLevel;
      for (const { name, run } of hooks) {
        try {
          await run();
        } catch (error) {
          log.error(
            { part: name, reason: messageOf(error) },
            "part could not be reloaded and goes on as it was",
          );
        }
      }
      log.info({ applied }, "settings reloaded");
      if (waiting.length > 0) log.warn({ settings: waiting }, "changed settings need a restart");
      return { applied, waiting };
    },
  };
}

type Tree = Record<string, unknown>;

function valueAt(tree: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((node, name) => (node as Tree | undefined)?.[name], tree);
}

function setAt(config: Config, path: string, value: unknown): void {
  const names = path.split(".");
  const last = names.pop()!;
  const node = names.reduce<Tree>((tree, name) => tree[name] as Tree, config);
  if (value === undefined) delete node[last];
  else node[last] = value;
}
