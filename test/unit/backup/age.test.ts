import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { isSealed, open, seal } from "../../../gateway/backup/age.ts";
import { root } from "../../house/sources.ts";

const passphrase = "a passphrase for the tests";
const chunk = 64 * 1024;

const sealed = (text: Buffer) => buffer(Readable.from(seal(pieces(text), passphrase, { work: 4 })));
const opened = (bytes: Buffer, by = passphrase) => buffer(Readable.from(open(pieces(bytes), by)));

/** In pieces that are no multiple of anything. */
async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 10_007) yield bytes.subarray(at, at + 10_007);
}

describe("a sealed file", () => {
  test("gives back what went in, at every length around a chunk", async () => {
    for (const length of [0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk]) {
      const text = Buffer.alloc(length, "linli ");
      const bytes = await sealed(text);
      expect(isSealed(bytes)).toBe(true);
      expect((await opened(bytes)).equals(text)).toBe(true);
    }
  });

  test("of the program age is read", async () => {
    const bytes = readFileSync(join(root, "test/cases/backup/by-age-1.1.age"));
    expect(String(await opened(bytes))).toBe("sealed by age\n");
  });

  test("does not open with another passphrase", async () => {
    const bytes = await sealed(Buffer.from("secret"));
    await expect(opened(bytes, "another passphrase")).rejects.toMatchObject({
      code: "backup-invalid",
      message: "the passphrase does not open it",
    });
  });

  test("does not open when any byte was changed", async () => {
    const bytes = await sealed(Buffer.from("a short secret"));
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      await expect(opened(changed), `byte ${at}`).rejects.toMatchObject({ code: "backup-invalid" });
    }
  });

  test("does not open when its end, or a chunk, is missing or moved", async () => {
    const bytes = await sealed(Buffer.alloc(3 * chunk, 7));
    const head = bytes.length - 3 * (chunk + 16);
    const [one, two, three] = [0, 1, 2].map((n) =>
      bytes.subarray(head + n * (chunk + 16), head + (n + 1) * (chunk + 16)),
    ) as [Buffer, Buffer, Buffer];
    const start = bytes.subarray(0, head);
    const faults = [
      [one, two],
      [one],
      [one, three],
      [two, one, three],
      [one, two, three, three],
      [one, two, three.subarray(1)],
    ];
    for (const chunks of faults) {
      await expect(opened(Buffer.concat([start, ...chunks]))).rejects.toMatchObject({
        code: "backup-invalid",
      });
    }
  });

  test("that asks for endless work is refused before it is done", async () => {
    const text = String(await sealed(Buffer.from("x"))).replace(/ 4\n/, " 30\n");
    await expect(opened(Buffer.from(text))).rejects.toMatchObject({
      message: expect.stringContaining("2^30"),
    });
  });
});
