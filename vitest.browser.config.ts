import { defineConfig } from "vitest/config";

/** `npm run test:browser`: the screens in a real Chromium, on a real gateway with a simulated community. */
export default defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts"],
    globalSetup: ["test/browser/build-screens.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One browser at a time: two on two cores only wait for each other.
    maxWorkers: 1,
    env: { NODE_COMPILE_CACHE: "node_modules/.cache/linli" },
  },
});
