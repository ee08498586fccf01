import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeCsv } from "../../../gateway/state/csv-text.ts";
import { parseDeviceCsv } from "../../../gateway/state/device-csv.ts";
import { writeDeviceCsv } from "../../../gateway/state/device-csv-text.ts";
import { aCatalogue, aState } from "./support.ts";

const parse = (text: string, maxRows = 100) => parseDeviceCsv(text, { catalogue: aCatalogue(), maxRows });
const decode = (bytes: Uint8Array, maxBytes = 10_000) => decodeCsv(bytes, { maxBytes });

test("rows become devices with their lines; empty cells are not given", () => {
  const { devices, faults } = parse(
    'kind,id,name,building,floor,parent,interval,fact.heightMm\nlamp,a,"灯, 东",3号楼,1,hub,10min,4000\nbox,b,,,,,,\n',
  );
  expect(faults).toEqual([]);
  expect(devices).toEqual([
    {
      line: 2,
      device: {
        kind: "lamp",
        id: "a",
        name: "灯, 东",
        building: "3号楼",
        floor: "1",
        parent: "hub",
        intervalMs: 600_000,
        facts: { heightMm: 4000 },
      },
    },
    { line: 3, device: { kind: "box", id: "b" } },
  ]);
});

test("what is read is what the registry takes", () => {
  const { registry } = aState();
  registry.addSite({ id: "elm", name: "Elm" });
  const { devices } = parse("kind,id,fact.outdoor,fact.model\nlamp,a,是,007\n");
  const rows = devices.map(({ device }) => device);
  expect(registry.addDevices("elm", rows, { dryRun: false }).faults).toEqual([]);
  expect(registry.device("elm/lamp/a")?.facts).toEqual({ outdoor: true, model: "007" });
});

test.each([
  ["heightMm", "4000", 4000],
  ["heightMm", "-1.5", -1.5],
  ["heightMm", "high", "high"],
  ["outdoor", "FALSE", false],
  ["outdoor", "1", true],
  ["outdoor", "maybe", "maybe"],
  ["model", "1", "1"],
  ["model", "true", "true"],
  ["unknown", "7", 7],
])("the fact %s reads %j as %j", (fact, cell, value) => {
  const [row] = parse(`kind,id,fact.${fact}\nlamp,a,${cell}\n`).devices;
  expect(row?.device.facts).toEqual({ [fact]: value });
});

test.each([
  ["interval", "30s", 30_000],
  ["interval", "90", 90_000],
  ["interval", "1.5 h", 5_400_000],
  ["interval", "2D", 172_800_000],
  ["intervalMs", "2500", 2_500],
])("the column %s reads %j as %i ms", (column, cell, ms) => {
  expect(parse(`kind,id,${column}\nlamp,a,${cell}\n`).devices[0]?.device.intervalMs).toBe(ms);
});

test("an interval that is no time is a fault of its line", () => {
  const { devices, faults } = parse("kind,id,interval\nlamp,a,soon\nlamp,b,5s\n");
  expect(faults).toEqual([{ line: 2, path: "interval", message: expect.stringContaining('got "soon"') }]);
  expect(devices).toHaveLength(1);
});

test.each([
  ["Chinese titles", "设备类型,编号,名称\nlamp,a,灯"],
  ["titles in other letters", "Kind,ID,Name\nlamp,a,灯"],
  ["semicolons", "kind;id;name\nlamp;a;灯"],
  ["tabs", "kind\tid\tname\nlamp\ta\t灯"],
  ["a byte order mark", '\ufeff"kind",id,name\nlamp,a,灯'],
  ["Windows line ends and blank lines", "kind,id,name\r\n\r\nlamp,a,灯\r\n\r\n"],
  ["spaces around", " kind , id , name \n lamp , a , 灯 "],
  ["empty columns and rows of a spreadsheet", "kind,id,name,,\nlamp,a,灯,,\n,,,,\n"],
])("%s are understood", (_, text) => {
  const { devices, faults } = parse(text);
  expect(faults).toEqual([]);
  expect(devices.map(({ device }) => device)).toEqual([{ kind: "lamp", id: "a", name: "灯" }]);
});

test.each([
  ["nothing", "", 1, "", "empty"],
  ["no column id", "kind,name\nlamp,x", 1, "id", "id is missing"],
  ["an unknown column", "kind,id,colour\nlamp,a,red", 1, "colour", "known are kind, id"],
  ["a column that is there twice", "kind,id,编号\nlamp,a,b", 1, "编号", "twice"],
])("a file with %s is refused", (_, text, line, path, message) => {
  const { devices, faults } = parse(text);
  expect(devices).toEqual([]);
  expect(faults).toEqual([{ line, path, message: expect.stringContaining(message) }]);
});

test("a cell beyond the titled columns and an unclosed quote are faults of their lines", () => {
  const { devices, faults } = parse('kind,id\nlamp,a,stray\nlamp,b\nlamp,"c\n');
  expect(devices.map(({ line }) => line)).toEqual([3]);
  expect(faults.map(({ line }) => line).sort()).toEqual([2, 4]);
});

test("an unclosed quote does not swallow the rest of a long file", () => {
  const { faults } = parse(`kind,id,name\nlamp,a,"x\n${"lamp,b,y\n".repeat(5_000)}`);
  expect(faults).toHaveLength(1);
  expect(faults[0]!.line).toBeLessThan(2_000);
});

test("a list may be as long as allowed and no longer, blank lines not counted", () => {
  const rows = (count: number) =>
    `kind,id\n${Array.from({ length: count }, (_, i) => `box,b${i}\n\n`).join("")}`;
  expect(parse(rows(3), 3).devices).toHaveLength(3);
  expect(parse(rows(4), 3)).toEqual({
    devices: [],
    faults: [{ line: expect.any(Number), path: "", message: "at most 3 devices at once" }],
  });
});

test("a file of Chinese Excel, of UTF-8 and of UTF-16 reads the same", () => {
  // "门禁" in GB 18030.
  const gb = Buffer.from([0xc3, 0xc5, 0xbd, 0xfb]);
  expect(decode(gb)).toBe("门禁");
  expect(decode(Buffer.from("门禁"))).toBe("门禁");
  expect(decode(Buffer.from("\ufeff门禁"))).toBe("门禁");
  expect(decode(Buffer.from("\ufeff门禁", "utf16le"))).toBe("门禁");
});

test("a spreadsheet that was not saved as CSV and a file that is too large are refused", () => {
  const zip = Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x00, 0x00]);
  expect(() => decode(zip)).toThrow(/save it as CSV/);
  expect(() => decode(Buffer.alloc(11, "a"), 10)).toThrow(/11 bytes, at most 10/);
});

test("what is written is read again: the same devices, whatever their texts are", () => {
  const text = fc.string({
    unit: fc.constantFrom("=", "+", "@", "'", '"', ",", ";", "1", "a", "号", "＝"),
    minLength: 1,
    maxLength: 6,
  });
  const rows = fc.uniqueArray(
    fc.record({
      ...{
        kind: fc.constant("lamp"),
        id: fc.stringMatching(/^[a-z]{1,4}$/),
        name: text,
        building: fc.option(text, { nil: undefined }),
      },
      intervalMs: fc.option(fc.constantFrom(30_000, 600_500), { nil: undefined }),
      facts: fc.record(
        {
          heightMm: fc.constantFrom(4000, -1.5),
          outdoor: fc.boolean(),
          model: fc.constantFrom("007", "true", "x,y"),
        },
        { requiredKeys: [] },
      ),
    }),
    { selector: ({ id }) => id, minLength: 1, maxLength: 5 },
  );
  const { registry } = aState();
  let runs = 0;
  fc.assert(
    fc.property(rows, (devices) => {
      runs += 1;
      const [from, to] = [`from-${runs}`, `to-${runs}`] as const;
      for (const id of [from, to]) registry.addSite({ id, name: id });
      const { faults } = registry.addDevices(from, devices, { dryRun: false });
      fc.pre(faults.length === 0);
      const of = (site: string) => [...registry.devices()].filter((device) => device.site === site);
      const read = parse(decode(Buffer.from(writeDeviceCsv(of(from)))));
      expect(read.faults).toEqual([]);
      const again = read.devices.map(({ device }) => device);
      expect(registry.addDevices(to, again, { dryRun: false }).faults).toEqual([]);
      const plain = (site: string) =>
        of(site)
          .map(({ id, name, building, intervalMs, facts }) => ({ id, name, building, intervalMs, facts }))
          .sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(plain(to)).toEqual(plain(from));
    }),
    { numRuns: 60 },
  );
});
