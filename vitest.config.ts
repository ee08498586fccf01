import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{unit,contract,path,house,web}/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    maxWorkers: 2,
    // Gateways under test start a process for the series store; it need not compile its modules each time.
    env: { NODE_COMPILE_CACHE: "node_modules/.cache/linli" },
  },
});
