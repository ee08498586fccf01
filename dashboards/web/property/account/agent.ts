/** Names by which browsers give themselves away, the most special first: most claim to be several. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/MicroMessenger\//, "WeChat"],
  [/DingTalk\//, "DingTalk"],
  [/Edg(e|A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/(HuaweiBrowser|MiuiBrowser|QQBrowser|UCBrowser)\//, "$1"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/HarmonyOS|OpenHarmony/, "HarmonyOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

/** A browser as people call it: `Chrome · Android`; undefined for what calls itself nothing known. */
export function browserOf(agent: string): string | undefined {
  const named = (names: typeof browsers) => {
    for (const [pattern, name] of names) {
      const match = pattern.exec(agent);
      if (match !== null) return name === "$1" ? match[1] : name;
    }
    return undefined;
  };
  return [named(browsers), named(systems)].filter((one) => one !== undefined).join(" · ") || undefined;
}
