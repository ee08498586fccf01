import { createHash } from "node:crypto";
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import type { Manifest } from "../../../gateway/backup/manifest.ts";
import { readBackup } from "../../../gateway/backup/read.ts";
import { refuseHalfRestored, restoreBackup } from "../../../gateway/backup/restore.ts";
import { writeArchive } from "../../../gateway/backup/write.ts";
import { aFolder, aForgery, anEntry, someFacts } from "./support.ts";

const passphrase = "a passphrase for the tests";
const texts: Record<string, string> = {
  pepper: "0123456789abcdef",
  "linli.db": "a database ".repeat(300),
  "journal/0000000000000001.log": "a record\n".repeat(90),
  "series/raw/2026-01-15.g1.parquet": "",
};

async function anArchive(more: { passphrase?: string } = {}): Promise<string> {
  const folder = aFolder();
  const parts = Object.entries(texts).map(([name, text], index) => {
    const path = join(folder, `part-${index}`);
    writeFileSync(path, text);
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    return { name, path };
  });
  const file = join(folder, "backup.tar.zst");
  await writeArchive({ facts: someFacts(), parts, output: createWriteStream(file), ...more });
  return file;
}

function restore(file: string, directory: string, more: { passphrase?: string } = {}): Promise<Manifest> {
  return restoreBackup({ file, directory, check: () => {}, ...more });
}

/** Reads a file, which is refused or has exactly what every archive here has. */
async function contentsOf(file: string): Promise<"refused" | "whole"> {
  const found: Record<string, string> = {};
  try {
    await readBackup({
      file,
      async take({ name }, pieces) {
        found[name] = await text(pieces as AsyncIterable<Buffer> & NodeJS.ReadableStream);
      },
    });
  } catch (error) {
    expect(error).toMatchObject({ code: "backup-invalid" });
    return "refused";
  }
  expect(found).toEqual(texts);
  return "whole";
}

/** The same file with other bytes. */
function altered(bytes: Buffer): string {
  const file = join(aFolder(), "altered.tar.zst");
  writeFileSync(file, bytes);
  return file;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const head = anEntry("linli-backup.json", { format: 1, program: "1.2.3" });
const entries = Object.entries(texts).map(([name, text]) => anEntry(name, text));
const manifest = {
  ...someFacts(),
  parts: Object.entries(texts).map(([name, text]) => ({
    name,
    bytes: Buffer.byteLength(text),
    sha256: sha256(text),
  })),
};

describe("a backup", () => {
  test("comes back as it was: contents, times, rights", async () => {
    const directory = join(aFolder(), "data");
    const made = await restore(await anArchive(), directory);
    expect(made).toEqual(manifest);
    for (const [name, text] of Object.entries(texts)) {
      expect(readFileSync(join(directory, name), "utf8")).toBe(text);
      const { mode, mtimeMs } = statSync(join(directory, name));
      expect([(mode & 0o777).toString(8), mtimeMs]).toEqual(["600", 1_700_000_000_000]);
    }
    expect(readdirSync(directory).toSorted()).toEqual(["journal", "linli.db", "pepper", "series"]);
    expect((statSync(directory).mode & 0o777).toString(8)).toBe("700");
  });

  test("that is encrypted needs its passphrase", async () => {
    const file = await anArchive({ passphrase });
    expect(readFileSync(file).includes("database")).toBe(false);
    expect(await readBackup({ file, passphrase })).toEqual(manifest);
    await expect(readBackup({ file })).rejects.toMatchObject({ code: "invalid-request" });
  });

  test("is refused when any of its bytes was changed, unless that changes nothing in it", async () => {
    const bytes = readFileSync(await anArchive());
    let refused = 0;
    const step = 3;
    for (let at = 0; at < bytes.length; at += step) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1 << (at % 8);
      if ((await contentsOf(altered(changed))) === "refused") refused += 1;
    }
    // Zstandard has a few bits that say nothing, as the size of its window.
    expect(refused).toBeGreaterThan((bytes.length / step) * 0.95);
  });

  test("is refused when it is cut short anywhere before its empty last frame", async () => {
    const bytes = readFileSync(await anArchive());
    const lastFrame = bytes.lastIndexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]));
    for (let length = 0; length < bytes.length; length += 7) {
      const found = await contentsOf(altered(bytes.subarray(0, length)));
      if (length < lastFrame) expect(found, `${length} bytes`).toBe("refused");
    }
  });

  test("of a newer format says which program reads it", async () => {
    const file = await aForgery([anEntry("linli-backup.json", { format: 2, program: "9.1.0", what: "new" })]);
    await expect(readBackup({ file })).rejects.toMatchObject({
      code: "backup-invalid",
      message: expect.stringContaining("install linli 9.1.0 or newer"),
    });
  });

  test("that is none at all is called so", async () => {
    const text = altered(Buffer.from("a letter to the property office"));
    const other = await aForgery([anEntry("README.md", "hello")]);
    for (const file of [text, other, altered(Buffer.alloc(0))]) {
      await expect(readBackup({ file })).rejects.toMatchObject({ code: "backup-invalid" });
    }
    await expect(readBackup({ file: "/nowhere/backup" })).rejects.toMatchObject({ code: "not-found" });
  });

  test("with a part too much, missing, twice, changed or after the manifest is refused", async () => {
    const end = anEntry("manifest.json", manifest);
    const forgeries = {
      "that its manifest does not name": [head, ...entries, anEntry("more", "x"), end],
      "is missing in it": [head, ...entries.slice(1), end],
      "a part named pepper": [head, ...entries, entries[0]!, end],
      "was changed": [head, anEntry("pepper", "another pepper"), ...entries.slice(1), end],
      "follows its manifest": [head, ...entries, end, entries[0]!],
      "cut short": [head, ...entries],
      "has no linli.db": [
        head,
        entries[0]!,
        anEntry("manifest.json", { ...manifest, parts: manifest.parts.slice(0, 1) }),
      ],
    };
    expect(await readBackup({ file: await aForgery([head, ...entries, end]) })).toEqual(manifest);
    for (const [reason, forged] of Object.entries(forgeries)) {
      const file = await aForgery(forged);
      await expect(readBackup({ file }), reason).rejects.toThrow(reason);
    }
  });

  test("can write nowhere but below the data folder", async () => {
    const outside = ["../evil", "/etc/evil", "journal/../../evil", ".ssh/evil", "a\nb", "journal//x"];
    for (const name of outside) {
      const directory = join(aFolder(), "data");
      const file = await aForgery([head, anEntry(name, "x"), anEntry("manifest.json", manifest)]);
      await expect(restore(file, directory), name).rejects.toMatchObject({ code: "backup-invalid" });
      expect(existsSync(directory)).toBe(false);
    }
    const link = { header: { name: "linli.db", size: 0, type: "symlink" as const, linkname: "/etc/passwd" } };
    await expect(readBackup({ file: await aForgery([head, link]) })).rejects.toThrow("is no file");
  });
});

describe("a restore", () => {
  test("leaves nothing behind when the backup is not whole", async () => {
    const bytes = readFileSync(await anArchive());
    const file = altered(bytes.subarray(0, bytes.length - 20));
    const parent = aFolder();
    const empty = join(parent, "empty");
    mkdirSync(empty);
    await expect(restore(file, join(parent, "new"))).rejects.toMatchObject({ code: "backup-invalid" });
    await expect(restore(file, empty)).rejects.toMatchObject({ code: "backup-invalid" });
    expect(readdirSync(parent)).toEqual(["empty"]);
    expect(readdirSync(empty)).toEqual([]);
  });

  test("leaves nothing behind when what it holds does not check", async () => {
    const directory = join(aFolder(), "data");
    const check = () => {
      throw new Error("the database is damaged");
    };
    await expect(restoreBackup({ file: await anArchive(), directory, check })).rejects.toThrow("damaged");
    expect(existsSync(directory)).toBe(false);
  });

  test("refuses a folder that holds something, and says what", async () => {
    const directory = aFolder();
    writeFileSync(join(directory, "linli.db"), "mine");
    await expect(restore(await anArchive(), directory)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("linli.db"),
    });
    expect(readFileSync(join(directory, "linli.db"), "utf8")).toBe("mine");
  });

  test("that was killed keeps a gateway from starting, and can be begun again", async () => {
    const directory = aFolder();
    mkdirSync(join(directory, ".restoring/journal"), { recursive: true });
    expect(() => refuseHalfRestored(directory)).toThrow("was interrupted");
    await restore(await anArchive(), directory);
    expect(() => refuseHalfRestored(directory)).not.toThrow();

    // Killed while files got their places: nobody knows which are missing.
    mkdirSync(join(directory, ".restoring"));
    await expect(restore(await anArchive(), directory)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("interrupted"),
    });
  });
});
