/** Where alarms are posted to. */
export interface AlarmTarget {
  readonly name: string;
  readonly url: string;
}

/** Settings, as variables, of a gateway that posts alarms to these targets on this machine. */
export function targetSettings(targets: readonly AlarmTarget[]): Readonly<Record<string, string>> {
  const webhooks = targets.map((target) => ({ type: "webhook", ...target, secret }));
  return { LINLI_NOTIFY_TARGETS: JSON.stringify(webhooks), LINLI_NOTIFY_ALLOWED_HOSTS: "127.0.0.1" };
}

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
