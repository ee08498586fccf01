import { computed, type Ref, ref, watchEffect } from "vue";

/** Languages of the screens. */
export type Language = "zh" | "en";

/** A text of the API in both languages. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

const key = "linli.language";

/** The language that is shown now; setting it changes every text at once and is remembered on this device. */
export const language: Ref<Language> = ref(remembered() ?? preferred());

/** For `Intl` and `lang`. */
export const locale = computed(() => (language.value === "zh" ? "zh-CN" : "en-GB"));

/** Keeps `lang` of the document right and remembers the choice. Called once by each app. */
export function installLanguage(): void {
  watchEffect(() => {
    document.documentElement.lang = locale.value;
  });
}

/** Shows the screens in another language from now on. */
export function setLanguage(next: Language): void {
  language.value = next;
  try {
    localStorage.setItem(key, next);
  } catch {
    // A browser that keeps nothing still shows what was chosen until it is closed.
  }
}

/** The API's text in the language of the screen. */
export function pick(text: Text): string {
  return text[language.value];
}

function remembered(): Language | undefined {
  try {
    const found = localStorage.getItem(key);
    return found === "zh" || found === "en" ? found : undefined;
  } catch {
    return undefined;
  }
}

function preferred(): Language {
  const wanted = typeof navigator === "undefined" ? [] : navigator.languages;
  const first = wanted.find((name) => /^(zh|en)\b/i.test(name));
  return first?.toLowerCase().startsWith("en") ? "en" : "zh";
}
