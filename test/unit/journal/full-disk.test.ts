import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createDisk } from "../../../gateway/journal/disk.ts";
import { aFolder, aJournal, aRecord, recordsOf } from "./support.ts";

const KiB = 1024;

/** Needs root: a small file system of its own is the only disk that can honestly be filled. */
const mayMount = canMount();
if (!mayMount)
  console.warn("SKIPPED: full-disk.test.ts needs root and mount; a truly full disk was not tested");

function canMount(): boolean {
  try {
    execFileSync("unshare", ["--mount", "mount", "-t", "tmpfs", "none", "/mnt"], { stdio: "ignore" });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

const makers = {
  async tmpfs(): Promise<string> {
    const folder = await aFolder();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "linli-test", folder]);
    onTestFinished(() => void execFileSync("umount", ["--lazy", folder]));
    return folder;
  },
  async ext4(): Promise<string> {
    const folder = await aFolder();
    const image = join(await aFolder(), "image");
    execFileSync("truncate", ["--size", "8M", image]);
    execFileSync("mkfs.ext4", ["-q", "-m", "0", image]);
    execFileSync("mount", ["-o", "loop", image, folder]);
    onTestFinished(() => void execFileSync("umount", ["--lazy", folder]));
    return folder;
  },
};

describe.runIf(mayMount)("on a disk that is really full", () => {
  test.each(["tmpfs", "ext4"] as const)("%s: alarms are durable, the rest waits for room", async (system) => {
    const mounted = await makers[system]();
    const folder = join(mounted, "journal");
    const ballast = join(mounted, "ballast");
    const reserveBytes = 256 * KiB;
    const settings = { reserveBytes, segmentBytes: 128 * KiB, growBytes: 16 * KiB, retryMs: 20 };
    const journal = await aJournal(folder, settings);
    const reserveIsWhole = async () =>
      expect((await createDisk().facts(join(folder, "reserve")))?.bytes).toBe(reserveBytes);
    await vi.waitFor(reserveIsWhole);
    await journal.write([aRecord(0)]);

    fillUp(ballast);
    const ordinary = 150;
    const answered: number[] = [];
    const committed = (sequence: number) => answered.push(sequence);
    for (let n = 0; n < ordinary; n++) {
      journal.append({ records: [JSON.stringify("x".repeat(2000))], lane: "normal", committed });
    }
    await vi.waitFor(() => expect(journal.faults).not.toEqual([]), { timeout: 10_000 });
    expect(journal.faults).toMatchObject([{ fault: "disk-full", active: true }]);
    const before = answered.length;
    const alarms: number[] = [];
    // One by one, as alarms come, and more than one of the segments would hold.
    for (let n = 0; n < 300; n++) alarms.push(await journal.write([aRecord(n)], "alarm"));
    expect(answered).toHaveLength(before);
    expect(alarms).toEqual(alarms.map((_, i) => alarms[0]! + i));

    rmSync(ballast);
    await vi.waitFor(() => expect(answered).toHaveLength(ordinary), { timeout: 10_000 });
    expect(journal.faults.at(-1)).toMatchObject({ fault: "disk-full", active: false });
    await vi.waitFor(reserveIsWhole);
    await journal.close();

    const again = await aJournal(folder, settings);
    const records = await recordsOf(again);
    expect(records).toHaveLength(1 + 300 + ordinary);
    expect(records.map(({ sequence }) => sequence)).toEqual(records.map((_, i) => i + 1));
    expect(alarms.map((sequence) => records[sequence - 1]!.record)).toEqual(alarms.map((_, n) => aRecord(n)));
  });

  test("a journal opens on a full disk, says so, and goes on by itself when there is room", async () => {
    const mounted = await makers.tmpfs();
    const folder = join(mounted, "journal");
    const settings = { reserveBytes: 256 * KiB, retryMs: 20 };
    const first = await aJournal(folder, settings);
    await first.write([aRecord(1)]);
    await first.close();
    rmSync(join(folder, "reserve"), { force: true });
    fillUp(join(mounted, "ballast"));

    const journal = await aJournal(folder, settings);
    await vi.waitFor(() => expect(journal.faults).toMatchObject([{ fault: "disk-full", active: true }]));
    const written = journal.write([aRecord(2)]);
    rmSync(join(mounted, "ballast"));
    expect(await written).toBe(2);
    expect(journal.faults.at(-1)).toMatchObject({ fault: "disk-full", active: false });
  });
});

/** Writes until there is no byte left; in rounds, since ext4 gives freed blocks back only after a sync. */
function fillUp(path: string) {
  for (const size of [64 * KiB, 4 * KiB, 1, 4 * KiB, 1]) {
    try {
      while (true) writeFileSync(path, Buffer.alloc(size), { flag: "a" });
    } catch {
      execFileSync("sync", ["--file-system", path]);
    }
  }
}
