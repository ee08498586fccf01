import type { KindDetail, RotatedDevice } from "../../../../gateway/api/contract.ts";
import { wordsOf } from "../../i18n/words.ts";
import { accessArea } from "./access-words.ts";

/** How a device gets in: what it is given, and a line of Mosquitto's client that works as it stands. */
export function connectionOf(
  { username, password }: Pick<RotatedDevice, "username" | "password">,
  { host = location.hostname, port, tls, topic }: RotatedDevice["mqtt"],
  kind: KindDetail | undefined,
) {
  const t = wordsOf(accessArea);
  const sample = kind?.examples.find(({ stream }) => stream === "telemetry") ?? kind?.examples[0];
  const address = `${host}:${port}`;
  const target = `${topic}/${sample?.stream ?? "telemetry"}`;
  const payload = quoted(JSON.stringify(sample?.payload ?? {}));
  const safe = tls ? " --tls-use-os-certs" : "";
  return {
    lines: [
      { name: t("username"), text: username },
      { name: t("password"), text: password },
      { name: t("server"), text: tls ? t("withTls", { address }) : address },
      { name: t("topic"), text: target },
    ],
    example: `mosquitto_pub -h ${host} -p ${port}${safe} -i ${username} -u ${username} -P ${password} -q 1 -t ${target} -m ${payload}`,
  };
}

/** One word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
