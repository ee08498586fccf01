import { expect, test } from "vitest";
import { createLog } from "../../../gateway/log.ts";
import { maskSecrets } from "../../../gateway/mask-secrets.ts";

test.each([
  [
    "connect to mqtt://bridge:s3cr3t@10.0.0.1:1883 failed",
    "connect to mqtt://[removed]@10.0.0.1:1883 failed",
  ],
  ["http://token@host/a and https://u:p@host", "http://[removed]@host/a and https://[removed]@host"],
  ["authorization: Bearer abcdefgh12345678", "authorization: Bearer [removed]"],
  ["GET /x?token=abc&a=1&password=d", "GET /x?token=[removed]&a=1&password=[removed]"],
  ["a device at http://10.0.0.1/x says a@b.example", "a device at http://10.0.0.1/x says a@b.example"],
  [
    "POST https://gate.example/a/imkf3x9a0.01kf3x9a0123456789ab.c1.q0uYb3-_x0123456789abc failed",
    "POST https://gate.example/a/[removed] failed",
  ],
  ["http://host/link/0123456789abcdefghjkmnpqrstvwxyz0123", "http://host/link/[removed]"],
  ["the token is for site xinfa alone", "the token is for site xinfa alone"],
])("%s", (text, masked) => {
  expect(maskSecrets(text)).toBe(masked);
});

test("a known secret is found in every way that it may be written", () => {
  const secret = 'p"a s/word';
  for (const form of [secret, JSON.stringify(secret), encodeURIComponent(secret)]) {
    expect(maskSecrets(`it is ${form}.`, [secret])).not.toMatch(/a s|%20/);
  }
  // A short text would be found everywhere.
  expect(maskSecrets("abc", ["b"])).toBe("abc");
});

test("an error is logged with what happened, and without what hangs on it", () => {
  const lines: string[] = [];
  const log = createLog(
    { level: "debug", secrets: ["known-secret"] },
    { write: (line) => void lines.push(line) },
  );
  const cause = Object.assign(new Error("fetch http://u:hidden-1@host failed with known-secret"), {
    headers: { authorization: "Token hidden-2" },
    request: { body: "hidden-3" },
  });
  const error = Object.assign(new Error("store refused", { cause }), {
    code: "series-failed",
    options: { password: "hidden-4" },
  });
  log.error(
    { err: error, settings: { influx: { deep: { password: "hidden-5" } }, token: "hidden-6" } },
    "failed",
  );
  log.debug({ person: "hidden-7", device: "xinfa/bin/b1" }, "said hidden? Basic aGlkZGVuLTg6aGlkZGVu");
  const text = lines.join("");
  expect(text).not.toMatch(/hidden-\d|known-secret|aGlkZGVu/);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    msg: "failed",
    err: { type: "Error", code: "series-failed" },
  });
  expect(text).toContain("store refused: fetch http://[removed]@host failed with [removed]");
  expect(text).toContain("mask-secrets.test.ts");
  expect(text).toContain("xinfa/bin/b1");
});
