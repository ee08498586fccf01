import { startScreen } from "../ui/start.ts";
import App from "./App.vue";
import { createScreenRouter } from "./router.ts";

void startScreen({ root: App, install: (app) => app.use(createScreenRouter()) });
