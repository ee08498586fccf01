import { type InjectionKey, inject } from "vue";
import { call } from "../api/client.ts";
import { session } from "../api/session.ts";
import { gatewayNow } from "../format/clock.ts";
import { formatTime } from "../format/time.ts";
import { wordsOf } from "../i18n/words.ts";
import { type Outbox, openOutbox, type Tap } from "./outbox.ts";
import { fireArea } from "./words.ts";

/** Under which the app provides the outbox. */
export const outboxKey: InjectionKey<Outbox> = Symbol("outbox");

/** The outbox of the app that a component is in. */
export function useOutbox(): Outbox {
  return inject(outboxKey) as Outbox;
}

/** A tap that took longer says in the record when it was made, ms. */
const lateMs = 10_000;
const t = wordsOf(fireArea);

/** Opens the outbox of the person who uses this screen. */
export function openTaps(): Outbox {
  return openOutbox({
    owner: session.value?.id ?? "",
    storage: localStorage,
    send,
    now: gatewayNow,
    newKey: () =>
      `tap-${[...crypto.getRandomValues(new Uint8Array(12))].map((n) => n.toString(36)).join("")}`,
    later: (ms, run) => setTimeout(run, ms),
  });
}

/** Sends one tap; its time in the record is when it arrives, so a late one says when it was made. */
function send({ incident, path, body, at, key }: Tap): Promise<unknown> {
  const late = gatewayNow() - at > lateMs ? t("tappedAt", { time: formatTime(at, "time") }) : undefined;
  const field = path === "false-alarm" ? "reason" : "note";
  const said = [body[field], late].filter((part) => part !== undefined).join(" · ");
  return call("POST", `/incidents/${encodeURIComponent(incident)}/${path}`, {
    body: said === "" ? {} : { [field]: said },
    key,
  });
}
