import { loadCatalogue } from "../devices/kit/catalogue.ts";

// Run after `npm ci` with NODE_COMPILE_CACHE and with the flags of each script that starts a gateway, and those of the
// process of the series store: Node keeps, for those flags, what it made of every module, so that a start neither strips
// types again nor loads the stripper (measured on 24.21: 27 MB less memory, half the start time).
await Promise.all([
  import("./app.ts"),
  import("./cli/program.ts"),
  import("./cli/demo-community.ts"),
  import("./cli/demo-words.ts"),
  import("./series/serve.ts"),
  import("./series/open.ts"),
  import("./series/duckdb/store.ts"),
]);
await loadCatalogue();
