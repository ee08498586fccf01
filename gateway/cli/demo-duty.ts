import type { Api } from "../../client/api.ts";
import { GatewayError } from "../errors.ts";
import { addDays, dateOf } from "../zone.ts";

/** What of the community the people of the demo go by. */
export interface DemoDutyParts {
  readonly api: Api;
  readonly site: string;
  readonly buildings: readonly string[];
  /** Ids of devices at which a duty check can be answered. */
  readonly stations: readonly string[];
  readonly now: number;
}

const zone = "+08:00";
/** How far the roster reaches, days. */
const days = 14;

const crews = [
  {
    id: "east",
    name: "东区微型消防站",
    people: ["王建国", "李秀兰", "张志强", "赵海燕", "陈立新", "孙桂芳"],
  },
  {
    id: "west",
    name: "西区微型消防站",
    people: ["周卫东", "吴春梅", "郑永利", "冯雪梅", "褚长河", "卫红霞"],
  },
] as const;

const above = [
  { id: "office", name: "物业值班经理", role: "supervisor" },
  { id: "small-station", name: "街道小型消防站", role: "station" },
  { id: "district", name: "区消防指挥", role: "district" },
] as const;

/**
 * Fills the demo's community with crews, made-up people with numbers that ring nowhere, and a roster for two weeks. Where there is a
 * crew already nothing is touched.
 */
export async function fillDemoDuty({ api, site, buildings, stations, now }: DemoDutyParts): Promise<void> {
  const path = `/sites/${site}`;
  if ((await api.all(`${path}/crews`)).length > 0) return;
  const half = Math.ceil(buildings.length / 2);
  for (const [index, { id, name }] of crews.entries()) {
    await api.post(`${path}/crews`, {
      ...{ id, name, station: stations[index], least: 3 },
      buildings: index === 0 ? buildings.slice(0, half) : buildings.slice(half),
      checks: { planned: ["08:30", "20:30"], random: { times: 1, from: "22:00", to: "06:00" } },
    });
  }
  await api.patch(`${path}/crews/east`, { neighbours: ["west"] });
  await api.patch(`${path}/crews/west`, { neighbours: ["east"] });
  let number = 0;
  for (const { id: crew, people } of crews) {
    for (const [index, name] of people.entries())
      await addContact(api, path, { id: `${crew}-${index + 1}`, name, role: roleOf(index), crew }, ++number);
  }
  for (const contact of above) await addContact(api, path, contact, ++number);
  await api.upload(`${path}/shifts/import`, { bytes: Buffer.from(rosterFrom(now)), type: "text/csv" });
}

/** With a number, unless the settings have targets and so could ring somewhere. */
async function addContact(api: Api, path: string, contact: object, number: number): Promise<void> {
  const ways = [{ target: "demo-phone", address: `000-0000-${String(number).padStart(4, "0")}` }];
  try {
    await api.post(`${path}/contacts`, { ...contact, ways });
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== "invalid-request") throw error;
    await api.post(`${path}/contacts`, contact);
  }
}

/** The first and the fourth lead the two halves of a crew, which take turns at day and night. */
function roleOf(index: number): "leader" | "member" {
  return index % 3 === 0 ? "leader" : "member";
}

/** From yesterday on, so that tonight's shift is there from the first moment. */
function rosterFrom(now: number): string {
  const first = addDays(dateOf(now, zone), -1);
  const rows = Array.from({ length: days + 1 }, (_, day) => addDays(first, day)).flatMap((date, day) =>
    crews.flatMap(({ id, people }) =>
      people.map((_, index) => {
        const isDay = index < 3 === (day % 2 === 0);
        const hours = isDay ? "08:00,20:00" : "20:00,08:00";
        return `${id},${id}-${index + 1},${date},${hours},${roleOf(index) === "leader" ? "yes" : "no"}`;
      }),
    ),
  );
  return ["crew,contact,date,from,to,leads", ...rows].join("\n");
}
