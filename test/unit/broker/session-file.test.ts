import { copyFileSync, fdatasync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { openSessionFile } from "../../../gateway/broker/sessions/file.ts";
import { createSystemClock } from "../../../gateway/clock.ts";
import { aBroker, aClient, aFolder, cleanUp, publish, subscribe, until } from "./support.ts";

afterEach(cleanUp);

describe("the session database", () => {
  it("an answer that fails keeps no other from being given", async () => {
    const file = openSessionFile({
      directory: aFolder(),
      settings: { lazyWriteMs: 5, retryMs: 5 },
      clock: createSystemClock(),
      log: pino({ level: "silent" }),
    });
    file.afterWrite(() => {
      throw new Error("the subscriber's socket is odd");
    });
    await new Promise<void>((resolve) => file.afterWrite(resolve));
    await file.close();
  });

  it("is made in a folder that only this user may read", async () => {
    const directory = join(aFolder(), "data");
    const file = openSessionFile({
      directory,
      settings: { lazyWriteMs: 5, retryMs: 5 },
      clock: createSystemClock(),
      log: pino({ level: "silent" }),
    });
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    await file.close();
  });

  it("holds what was answered after a sync that failed, whatever became of the bytes of that sync", async () => {
    const directory = aFolder();
    const wal = join(directory, "sessions.db-wal");
    let isSick = false;
    let lost: [from: number, to: number] | undefined;
    let synced = 0;
    const file = openSessionFile({
      directory,
      settings: { lazyWriteMs: 5, retryMs: 5 },
      clock: createSystemClock(),
      log: pino({ level: "silent" }),
      sync(fd, done) {
        if (isSick) {
          lost = [synced, statSync(wal).size];
          isSick = false;
          setImmediate(done, Object.assign(new Error("EIO: injected"), { code: "EIO" }));
        } else {
          fdatasync(fd, done);
          synced = statSync(wal).size;
        }
      },
    });
    const keep = (topic: string) =>
      new Promise<void>((resolve) =>
        file.changed(
          { save: (sql) => void sql("INSERT OR REPLACE INTO retained VALUES (?, '{}', NULL)").run(topic) },
          resolve,
        ),
      );
    await keep("a");
    isSick = true;
    await keep("b");
    await keep("c");
    // The disk as a power cut leaves it: what the failed sync should have written never came to it.
    const copy = aFolder();
    for (const name of ["sessions.db", "sessions.db-wal"])
      copyFileSync(join(directory, name), join(copy, name));
    const bytes = readFileSync(join(copy, "sessions.db-wal"));
    const size = bytes.length;
    if (lost !== undefined && size >= lost[1]) bytes.fill(0, ...lost);
    writeFileSync(join(copy, "sessions.db-wal"), bytes);
    expect(lost).toBeDefined();
    const after = new DatabaseSync(join(copy, "sessions.db"));
    expect(after.prepare("SELECT topic FROM retained ORDER BY topic").all()).toMatchObject([
      { topic: "a" },
      { topic: "b" },
      { topic: "c" },
    ]);
    after.close();
    await file.close();
  });

  it("that cannot be written delays acknowledgements of what it is to keep, but no delivery", async () => {
    const broker = await aBroker({ settings: { sessions: { retryMs: 5 } } });
    const keeper = await aClient(broker.port, "keeper", { clean: false });
    keeper.send(subscribe("out/#", { qos: 1 }));
    await keeper.next("suback");
    const watcher = await aClient(broker.port, "watcher");
    watcher.send(subscribe("#", { qos: 0 }));
    await watcher.next("suback");
    const device = await aClient(broker.port, "xinfa/b1");
    const bridge = await aClient(broker.port, "bridge");

    const other = new DatabaseSync(join(broker.directory, "sessions.db"));
    other.exec("BEGIN IMMEDIATE");
    bridge.send(publish("out/1", { messageId: 1 }));
    await until(
      async () => (await broker.metric("broker_session_bytes")) > 0,
      "a message that waits for the database",
    );
    for (let messageId = 1; messageId <= 3; messageId++) {
      device.send(publish("linli/v1/xinfa/waste-bin/b1/telemetry", { messageId }));
      await device.next("puback");
    }
    const topics = () => watcher.got.filter(({ cmd }) => cmd === "publish").map(({ topic }) => topic);
    await until(() => topics().length === 4, "four deliveries");
    expect(topics()[0]).toBe("out/1");
    expect(bridge.got.some(({ cmd }) => cmd === "puback")).toBe(false);

    other.exec("ROLLBACK");
    other.close();
    await bridge.next("puback");
  });
});
