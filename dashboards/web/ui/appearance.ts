import { ref, watchEffect } from "vue";

/** How the screens look on this device. */
export interface Appearance {
  readonly theme: "auto" | "light" | "dark";
  /** `auto` follows the system. */
  readonly contrast: "auto" | "more";
  readonly text: "normal" | "large";
}

const key = "linli.appearance";
const plain: Appearance = { theme: "auto", contrast: "auto", text: "normal" };

/** What was chosen on this device. */
export const appearance = ref<Appearance>({ ...plain, ...remembered() });

/** Keeps the document's look as it was chosen, and as the system has it where nothing was. Called once by each app. */
export function installAppearance(): void {
  const dark = followMedia("(prefers-color-scheme: dark)");
  const contrast = followMedia("(prefers-contrast: more)");
  watchEffect(() => {
    const { theme, contrast: wanted, text } = appearance.value;
    const { dataset } = document.documentElement;
    dataset.theme = theme === "auto" ? (dark.value ? "dark" : "light") : theme;
    dataset.contrast = wanted === "more" || contrast.value ? "more" : "normal";
    dataset.text = text;
  });
}

/** Changes the look from now on. */
export function setAppearance(change: Partial<Appearance>): void {
  appearance.value = { ...appearance.value, ...change };
  try {
    localStorage.setItem(key, JSON.stringify(appearance.value));
  } catch {
    // A browser that keeps nothing still shows what was chosen until it is closed.
  }
}

function followMedia(query: string) {
  const list = matchMedia(query);
  const matches = ref(list.matches);
  list.addEventListener("change", () => {
    matches.value = list.matches;
  });
  return matches;
}

function remembered(): Partial<Appearance> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    return typeof found === "object" && found !== null ? found : {};
  } catch {
    return {};
  }
}
