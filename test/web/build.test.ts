import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { budgetReport } from "../../dashboards/web/build/budgets.ts";
import { compressAll } from "../../dashboards/web/build/compress.ts";

let folder: string;
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function aDist(files: Record<string, string>): string {
  folder = mkdtempSync(join(tmpdir(), "linli-dist-"));
  mkdirSync(join(folder, "assets"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

describe("the build of the screens", () => {
  test("lays both compressed forms beside a text, and none beside what is small or a picture", () => {
    const text = "const a = 1;\n".repeat(500);
    const dist = aDist({ "assets/a.js": text, "assets/b.css": "a{}", "assets/c.png": text });
    compressAll(dist);
    expect(gunzipSync(readFileSync(join(dist, "assets/a.js.gz"))).toString()).toBe(text);
    expect(brotliDecompressSync(readFileSync(join(dist, "assets/a.js.br"))).toString()).toBe(text);
    for (const name of ["b.css.gz", "c.png.br"]) expect(existsSync(join(dist, "assets", name))).toBe(false);
  });

  test("counts what a first screen loads at once, each file once and nothing that comes later, and fails above", () => {
    const pages = { "index.html": "<p>", "fire.html": "<p>", "wall.html": "<p>" };
    const big = randomBytes(60_000).toString("base64");
    const dist = aDist({
      ...pages,
      "assets/fire.js": "a",
      "assets/shared.js": "b",
      "assets/lazy.js": big + big,
    });
    const manifest = {
      "fire.html": { file: "assets/fire.js", imports: ["_shared", "_shared"], dynamicImports: ["_lazy"] },
      _shared: { file: "assets/shared.js", imports: ["fire.html"] },
      _lazy: { file: "assets/lazy.js" },
    };
    const { lines, isKept } = budgetReport(dist, manifest);
    expect(isKept).toBe(true);
    expect(lines[1]).toMatch(/fire\.html .* in 3 files, budget 70 KB$/);
    writeFileSync(join(dist, "assets/shared.js"), big + big);
    const over = budgetReport(dist, manifest);
    expect([over.isKept, over.lines[1]]).toEqual([false, expect.stringContaining("EXCEEDED")]);
  });
});
