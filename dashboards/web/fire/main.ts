import { startScreen } from "../ui/start.ts";
import App from "./App.vue";

void startScreen({ root: App, live: { types: ["reading", "presence", "alert", "incident", "duty-check"] } });
