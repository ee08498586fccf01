import { createApp } from "vue";
import { installLanguage } from "../../../dashboards/web/i18n/language.ts";
import { installAppearance } from "../../../dashboards/web/ui/appearance.ts";
import "../../../dashboards/web/ui/tokens.css";
import "../../../dashboards/web/ui/base.css";
import AllParts from "./AllParts.vue";

installAppearance();
installLanguage();
createApp(AllParts).mount("#app");
