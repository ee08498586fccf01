import { expect, test } from "vitest";
import { parse } from "yaml";
import { plainOf } from "../../gateway/notify/markdown.ts";
import { notifySettings } from "../../gateway/notify/settings.ts";
import { placeholders } from "../../gateway/notify/template.ts";
import { tell } from "../../gateway/notify/text.ts";
import { aFire } from "../contract/channel-subject.ts";
import { quoted, readPage } from "../support/pages.ts";

const page = readPage("docs/notifications.md");

test("the examples of targets are settings, all of them together, one of each type", () => {
  const { notify } = parse(page.blocks("yaml").join("")) as { notify: { targets: { type: string }[] } };
  const { data, error } = notifySettings.safeParse(notify);
  expect(error?.issues).toBe(undefined);
  const types = ["wecom", "dingtalk", "feishu", "email", "sms", "sms", "webhook", "mqtt", "alertmanager"];
  expect(data?.targets.map(({ type }) => type)).toEqual(types);
});

test("the placeholders of a body are the ones that there are", () => {
  const rows = page.table("## SMS and calls");
  const named = rows.flatMap(([cell = ""]) => quoted(cell).map((name) => name.slice(1, -1)));
  expect(named.toSorted()).toEqual(Object.keys(placeholders).toSorted());
});

test("the message that is shown is one", () => {
  const shown = page.blocks("").find((block) => block.startsWith("【火警】"));
  const delivery = { notification: aFire({ advice: { zh: "…", en: "…" } }), link: "https://…" };
  const said = plainOf(tell(delivery, { language: "zh", zone: "+08:00" }, 0));
  expect(shown?.trimEnd()).toBe(said);
});
