import { onScopeDispose, type Ref, ref } from "vue";

/** The gateway's clock as seen from here; the browser's own may be wrong by hours. */
let offsetMs = 0;
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const shared = ref(Date.now());

/** Epoch ms by the gateway's clock. */
export function gatewayNow(): number {
  return Date.now() + offsetMs;
}

/** Sets this clock by a time that the gateway just said. */
export function setGatewayTime(ms: number): void {
  offsetMs = ms - Date.now();
  shared.value = gatewayNow();
}

/** The present, moving once a second for everything that shows an age: one timer, whatever is on the screen. */
export function useNow(): Readonly<Ref<number>> {
  users++;
  shared.value = gatewayNow();
  timer ??= setInterval(() => {
    shared.value = gatewayNow();
  }, 1000);
  onScopeDispose(() => {
    if (--users > 0) return;
    clearInterval(timer);
    timer = undefined;
  });
  return shared;
}
