import { ref } from "vue";
import { keep, kept } from "./store";

export type Theme = "auto" | "light" | "dark";
const themes: readonly Theme[] = ["auto", "light", "dark"];

const theme = ref<Theme>(themes.find((t) => t === kept("theme")) ?? "auto");
const elder = ref(kept("elder") === "yes");

/** How the page looks: light or dark, and large for whoever wants it so (適老化). */
export const look = {
  theme,
  elder,
  apply() {
    const root = document.documentElement;
    root.dataset["theme"] = theme.value;
    root.dataset["size"] = elder.value ? "large" : "usual";
  },
  setTheme(to: Theme) {
    theme.value = to;
    keep("theme", to);
    look.apply();
  },
  setElder(to: boolean) {
    elder.value = to;
    keep("elder", to ? "yes" : "no");
    look.apply();
  },
};
