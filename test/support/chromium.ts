import { existsSync } from "node:fs";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where Chromium is on this machine; undefined, and said loudly, when it is not. `CHROMIUM` names another place. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  const found = named ?? places.find((path) => existsSync(path));
  if (found === undefined) {
    process.stderr.write(
      `\nChromium is not installed (looked for ${places.join(", ")}): the screens are NOT tested in a browser on this machine.\n` +
        "  Debian: apt-get install chromium fonts-noto-cjk\n\n",
    );
  }
  return found;
}
