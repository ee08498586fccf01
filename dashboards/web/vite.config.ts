import { resolve } from "node:path";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const here = import.meta.dirname;

/** `npm run build` and `npx vite dashboards/web`, which passes the API on to a gateway that runs beside it. */
export default defineConfig({
  root: here,
  plugins: [vue()],
  define: { __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false" },
  build: {
    outDir: resolve(here, "dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["chrome100", "firefox115", "safari15.4"],
    // A data: URL would hide a picture from the policy's eyes; small ones cost one request.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: Object.fromEntries(
        ["index", "fire", "wall"].map((name) => [name, resolve(here, `${name}.html`)]),
      ),
    },
  },
  server: { proxy: { "^/(api|login|logout|link|docs|incidents/)": "http://127.0.0.1:8080" } },
});
