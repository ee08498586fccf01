import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadCatalogue } from "../../../devices/kit/catalogue.ts";
import { createMetrics } from "../../../gateway/metrics.ts";
import { createCleaner } from "../../../gateway/privacy/clean.ts";
import { createPersonHashes } from "../../../gateway/privacy/person-hash.ts";
import { privacySettings } from "../../../gateway/privacy/settings.ts";

const catalogue = await loadCatalogue();
const hashes = createPersonHashes({ pepper: Buffer.alloc(32, 7) });
const topic = "linli/v1/xinfa/access-gate/gate-1/event";
const metrics = createMetrics();
const cleaner = createCleaner({
  hashes,
  kind: (name) => catalogue.get(name),
  settings: privacySettings.parse({ sensitiveKeys: ["house_holder"] }),
  metrics,
});

const hash = (identity: string) => hashes.of("xinfa", identity);
const clean = (text: string | Buffer) => cleaner.payload(topic, Buffer.from(text)).toString();
const cleanValue = (value: unknown) => JSON.parse(clean(JSON.stringify(value)));
const image = `/9j/${"A".repeat(4000)}`;

describe("what is kept of a refused payload", () => {
  test("names, cards, numbers and telephones become keyed hashes, wherever they stand", () => {
    expect(
      cleanValue({
        person: "张三",
        info: { persionName: "李四", Card_No: 4123987, list: [{ telephone: "0451-8888" }] },
        houseHolder: "王五",
      }),
    ).toEqual({
      person: hash("张三"),
      info: { persionName: hash("李四"), Card_No: hash("4123987"), list: [{ telephone: hash("0451-8888") }] },
      houseHolder: hash("王五"),
    });
  });

  test("secrets are gone, whatever is below their key", () => {
    expect(cleanValue({ password: "p", token: { a: ["x", 1] }, birthday: "1990-01-01" })).toEqual({
      password: "[removed]",
      token: { a: ["[removed]", "[removed]"] },
      birthday: "[removed]",
    });
  });

  test("numbers of identity cards and mobiles are gone from any text; times and hashes stay", () => {
    const kept = { ts: 1_780_263_000_000, at: "1780263000000", ns: "1780263000000000000", was: hash("x") };
    expect(
      cleanValue({ note: "call 13800138000 or +8613912345678, 23010219900101123X", n: 13800138000, ...kept }),
    ).toEqual({
      note: "call [removed] or [removed], [removed]",
      n: "[removed]",
      ...kept,
    });
  });

  test("the fields of the kind stay, so that the message can be ingested again", () => {
    const message = { event: "passage", result: "duress", method: "code", battery: 7, seq: 13800138000 };
    expect(cleanValue(message)).toEqual(message);
    expect(cleanValue([{ ...message, person: "张三" }])).toEqual([{ ...message, person: hash("张三") }]);
    // The same word further inside is no field.
    expect(cleanValue({ info: { method: "13800138000" } })).toEqual({ info: { method: "[removed]" } });
  });

  test.each([
    ['{"name":"张三","name":"李四"}', `{"name":"${hash("张三")}","name":"${hash("李四")}"}`],
    ['{"fill":1,"idCard":"23010219', '{"fill":1,"idCard":"[removed]"'],
    ['{"phone": 13800138000,,}', `{"phone": "${hash("13800138000")}",,}`],
    ["name=张三&result=allow&tel=045188888888", "name=[removed]&result=allow&tel=[removed]"],
    ["13800138000", '"[removed]"'],
    [`${"[".repeat(500)}{"name":"张三"}`, `${"[".repeat(500)}{"name":"${hash("张三")}"}`],
    ['{"name":"\\u5f20\\u4e09"}', `{"name":"${hash("张三")}"}`],
    ['{"name":null,"phone":"","card":"null"}', '{"name":null,"phone":"","card":"null"}'],
  ])("what is no good JSON is cleaned too: %s", (text, kept) => {
    expect(clean(text.startsWith("1") ? text : text)).toBe(text === "13800138000" ? "[removed]" : kept);
  });

  test("a text that is no UTF-8 is cleaned byte by byte", () => {
    // GB 18030 of {"name":"张三","x":"13800138000"}
    const gbk = Buffer.concat([
      Buffer.from('{"name":"'),
      Buffer.from([0xd5, 0xc5, 0xc8, 0xfd]),
      Buffer.from('","x":"13800138000"}'),
    ]);
    const kept = cleaner.payload(topic, gbk);
    expect(kept.includes(Buffer.from([0xd5, 0xc5]))).toBe(false);
    expect(kept.toString("latin1")).toMatch(/^\{"name":"p_[0-9a-f]{32}","x":"\[removed\]"\}$/);
  });

  test("what holds nothing personal is the same buffer", () => {
    const payload = Buffer.from('{"fill": 3 , "x":[1,{"a":"b"}]}');
    expect(cleaner.payload(topic, payload)).toBe(payload);
  });

  test("cleaning again changes nothing", () => {
    const keys = fc.constantFrom("person", "name", "phone", "password", "pic", "x", "event");
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.constantFrom("13800138000", "张三", image),
        fc.integer(),
        fc.constant(null),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(keys, tie("any")),
      ),
    })).any;
    const cut = fc.nat(200);
    fc.assert(
      fc.property(value, cut, (whole, left) => {
        const text = JSON.stringify(whole);
        for (const payload of [text, text.slice(0, left)]) {
          const once = clean(payload);
          expect(clean(once)).toBe(once);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("a payload of the largest size that is only quotes and backslashes comes through", () => {
    for (const text of [
      '"\\'.repeat(131_072),
      '\\"'.repeat(131_072),
      `"${"\\\\".repeat(131_071)}`,
      '"'.repeat(262_143),
    ]) {
      expect(clean(text).length).toBeGreaterThan(0);
    }
  });
});

describe("images", () => {
  test.each(["pic", "SanpPic", "faceImage", "snapshot", "x"])(
    "under %s are dropped and counted",
    async (key) => {
      expect(cleanValue({ [key]: `data:image/jpeg;base64,${image}` })).toEqual({
        [key]: { dropped: "image", bytes: 3020 },
      });
      expect(cleanValue({ [key]: image })).toEqual({ [key]: { dropped: "image", bytes: 3003 } });
      expect(await metrics.text()).toMatch(/linli_images_dropped_total [1-9]/);
    },
  );

  test("are dropped before anything else looks at the payload, and the rest stays as it came", () => {
    const payload = Buffer.from(`{"result" : "duress", "name":"张三", "pic":"${image}"}`);
    expect(cleaner.withoutImages(payload).toString()).toBe(
      '{"result" : "duress", "name":"张三", "pic":{"dropped":"image","bytes":3003}}',
    );
    const small = Buffer.from('{"pic":"a.jpg"}');
    expect(cleaner.withoutImages(small)).toBe(small);
  });

  test("are found wherever they begin in a long payload, and a long batch of readings is not even walked over", () => {
    for (let before = 0; before < 300; before += 7) {
      const payload = Buffer.from(`[${"1,".repeat(before)}${'{"fill":1},'.repeat(200)}{"pic":"${image}"}]`);
      expect(cleaner.withoutImages(payload).toString()).toContain('{"pic":{"dropped":"image"');
    }
    const batch = Buffer.from(
      JSON.stringify(Array.from({ length: 256 }, (_, i) => ({ ts: i, fill: 0.5, note: "x" }))),
    );
    expect(cleaner.withoutImages(batch)).toBe(batch);
  });

  test("a long text that is no image stays", () => {
    expect(cleanValue({ note: "x".repeat(5000) })).toEqual({ note: "x".repeat(5000) });
  });
});

describe("the reason of a rejection", () => {
  const refuse = (refusal: { path: string; value: string; message: string }, payload: string) => {
    const before = Buffer.from(payload);
    return cleaner.refusal(
      topic,
      { code: "payload-not-json", ...refusal },
      before,
      cleaner.payload(topic, before),
    );
  };

  test("does not quote a person", () => {
    expect(
      refuse(
        {
          path: "[2].person",
          value: '{"a":"张三"}',
          message: 'person must be x; got {"a":"张三"}; also wrong: battery',
        },
        "{}",
      ),
    ).toMatchObject({ value: "", message: "person must be x; its value is not shown; also wrong: battery" });
  });

  test("does not quote what the parser quotes", () => {
    const payload = '{"name":"张三",}';
    const refused = refuse(
      {
        path: "",
        value: JSON.stringify(payload),
        message: `the payload must be one JSON object: Unexpected token '}', ..."e":"张三",}" is not valid JSON`,
      },
      payload,
    );
    expect(JSON.stringify(refused)).not.toContain("张三");
    expect(refused.message).toBe("the payload must be one JSON object: Unexpected token '}'");
  });

  test("says all that it said where nobody is named", () => {
    const refusal = {
      code: "field-invalid",
      path: "battery",
      value: "150",
      message: "battery must be x; got 150",
    } as const;
    const payload = Buffer.from('{"battery":150}');
    expect(cleaner.refusal(topic, refusal, payload, payload)).toEqual(refusal);
  });
});
