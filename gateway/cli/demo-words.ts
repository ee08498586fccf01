import type { DemoCommunity } from "./demo-community.ts";

/** What a visitor needs to know to try the demo. */
export function introduce(
  place: { url: string; host: string; mqttPort: number; token: string; link: string | undefined },
  demo: DemoCommunity,
): string {
  const { url, host, mqttPort, token, link } = place;
  const { visitor, site } = demo;
  const { username, password } = visitor.credentials;
  const topic = `linli/v1/${site.id}/${visitor.kind}/${visitor.id}`;
  const [good, bad] = samplesOf(demo);
  const client = (id: string) => `-h ${host} -p ${mqttPort} -i ${id} -u ${username} -P ${password}`;
  return `
${site.name} (${site.id}) lives: ${demo.stats().devices} devices are connected.

  API          ${url}/api/v1/sites/${site.id}/devices
  API docs     ${url}/docs
  live stream  ${url}/api/v1/stream
  history      ${url}/api/v1/sites/${site.id}/series?kind=${visitor.kind}
  metrics      ${url}/metrics
  token        ${token}
  log in       ${link === undefined ? `${url}/login` : `${url}/link/${link} (sets the password of admin, once)`}

The alerts that are open now:
  curl -s -H 'Authorization: Bearer ${token}' '${url}/api/v1/alerts?state=raised'

Everything as it happens:
  curl -sN -H 'Authorization: Bearer ${token}' ${url}/api/v1/stream

Be a device yourself. A message that is accepted (PUBACK means that it is on disk):
  mosquitto_pub ${client(username)} -q 1 -d -t ${topic}/telemetry -m '${good}'
and one that is refused, with the reason on its reject topic:
  mosquitto_sub ${client(`${username}-listens`)} -W 5 -C 1 -t ${topic}/reject & sleep 1; \\
  mosquitto_pub ${client(username)} -q 1 -t ${topic}/telemetry -m '${bad}'; wait

Ctrl-C stops the demo.
`;
}

/** One line about how the community is doing. */
export function progressLine({ stats }: DemoCommunity, elapsedMs: number): string {
  const { connected, devices, sent, acknowledged, refused } = stats();
  const time = new Date(elapsedMs).toISOString().slice(11, 19);
  return `${time}  devices connected ${connected}/${devices}  messages sent ${sent}  on disk ${acknowledged}  failed ${refused}`;
}

/** A payload that fits the visitor's kind, and the same with one value that does not. */
function samplesOf({ visitor }: DemoCommunity): [string, string] {
  const sample = visitor.definition.examples.find(({ stream }) => stream === "telemetry");
  const { ts: _, seq: __, boot: ___, ...good } = sample?.payload ?? {};
  const wrong = Object.keys(good).find((name) => visitor.definition.fields[name]?.type === "number");
  const bad = { ...good, ...(wrong === undefined ? {} : { [wrong]: "very" }) };
  return [JSON.stringify(good), JSON.stringify(bad)];
}
