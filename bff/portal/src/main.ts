import { createApp } from "vue";
import App from "./App.vue";
import "./design/tokens.css";
import "./design/base.css";
import { look } from "./look";
import { words } from "./locale";
import { router } from "./router";

look.apply();
createApp(App).use(words).use(router).mount("#app");
