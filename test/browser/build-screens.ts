import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../house/sources.ts";

/** Builds the screens as they are now, before any suite opens them. */
export function setup(): void {
  execFileSync(process.execPath, [join(root, "dashboards/web/build.ts")], { cwd: root, stdio: "inherit" });
}
