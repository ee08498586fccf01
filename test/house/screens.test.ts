import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { propertySegments } from "../../gateway/api/screens/paths.ts";
import { readSources, root } from "./sources.ts";

const folder = "dashboards/web";
const sources = readSources(folder);
const components = sources.filter(({ path }) => path.endsWith(".vue"));

describe("the screens", () => {
  test("never make HTML of a text", () => {
    const way =
      /v-html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|new Function\(/;
    expect(faultsOf(way)).toEqual([]);
  });

  test("have no style in their markup, which the policy would refuse", () => {
    expect(faultsOf(/\sstyle="/)).toEqual([]);
  });

  test("load nothing from anywhere else", () => {
    const pages = readdirSync(join(root, folder)).filter((name) => /\.(html|css)$/.test(name));
    const texts = pages.map((name) => ({ path: name, text: readFileSync(join(root, folder, name), "utf8") }));
    const elsewhere = /(https?:)?\/\/[a-z0-9-]+\.[a-z]/i;
    const faults = [...texts, ...components].filter(({ text }) =>
      elsewhere.test(text.replaceAll(/\/\/ .*/g, "")),
    );
    expect(faults.map(({ path }) => path)).toEqual([]);
    for (const { text } of texts) expect(text).not.toMatch(/<style|\son\w+=|<script(?![^>]*\ssrc=)/);
  });

  test("show every text in both languages: no Chinese word stands outside of the dictionaries", () => {
    const faults = components
      // Each language is named in itself.
      .filter(({ path }) => !path.endsWith("/AppearanceChoices.vue"))
      .flatMap(({ path, text }) => (/[\u4e00-\u9fff]/.test(text) ? [path] : []));
    expect(faults).toEqual([]);
  });

  test("have no path that the gateway does not answer with them", () => {
    const { text = "" } = sources.find(({ path }) => path.endsWith("/property/routes.ts")) ?? {};
    const paths = [...text.matchAll(/path: "(\/[^"]*)"/g)].map(([, path]) => path as string);
    const unknown = paths.filter((path) => {
      const [, first = ""] = path.split("/");
      return path !== "/" && path !== "/incidents" && !propertySegments.some((segment) => segment === first);
    });
    expect(paths).toContain("/");
    expect(unknown).toEqual([]);
  });
});

function faultsOf(pattern: RegExp): string[] {
  return sources.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1} ${line.trim()}`] : [])),
  );
}
