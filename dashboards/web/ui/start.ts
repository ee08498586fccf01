import { type Component, createApp } from "vue";
import { ApiError } from "../api/api-error.ts";
import { loadCatalogue } from "../api/catalogue.ts";
import { openSession } from "../api/session.ts";
import { installLanguage } from "../i18n/language.ts";
import { type LiveFilter, liveKey, startLive } from "../live/live.ts";
import { installAppearance } from "./appearance.ts";
import "./tokens.css";
import "./base.css";
import StartFailed from "./StartFailed.vue";

/** Wait before the start is tried again by itself, ms: a wall screen has nobody who presses a button. */
const againMs = 5000;

/**
 * Starts an app: look and language, who asks, the kinds, the stream, then the page. Without a session the browser goes to the
 * log-in page. When the gateway cannot be reached it says so and tries again.
 */
export async function startScreen({
  root,
  live: filter = {},
  install = () => {},
}: {
  root: Component;
  live?: LiveFilter;
  install?: (app: ReturnType<typeof createApp>) => void;
}): Promise<void> {
  installAppearance();
  installLanguage();
  reloadAfterUpgrade();
  for (;;) {
    try {
      await Promise.all([openSession(), loadCatalogue()]);
      break;
    } catch (error) {
      // The browser is on its way to the log-in page.
      if (error instanceof ApiError && error.status === 401) return;
      const failed = createApp(StartFailed, { error });
      failed.mount("#app");
      await new Promise((resolve) => setTimeout(resolve, againMs));
      failed.unmount();
    }
  }
  const app = createApp(root);
  app.provide(liveKey, startLive(filter));
  install(app);
  app.mount("#app");
}

/** After an upgrade of the gateway a page that was open asks for files that are no more: it is loaded anew, once. */
function reloadAfterUpgrade(): void {
  addEventListener("vite:preloadError", () => {
    const key = "linli.reloaded";
    if (Date.now() - Number(sessionStorage.getItem(key)) < 60_000) return;
    sessionStorage.setItem(key, String(Date.now()));
    location.reload();
  });
}
