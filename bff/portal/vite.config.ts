import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import messages from "@intlify/unplugin-vue-i18n/vite";
import { defineConfig } from "vite";

// Messages are compiled here, because the page's policy lets no text become code.
const locales = fileURLToPath(new URL("./src/locales/*.json", import.meta.url));

export default defineConfig({
  plugins: [vue(), messages({ include: [locales], runtimeOnly: true, strictMessage: true })],
  define: { __VUE_OPTIONS_API__: "false", __VUE_I18N_LEGACY_API__: "false", __INTLIFY_PROD_DEVTOOLS__: "false" },
  build: {
    outDir: "../../gen/portal/dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // nothing stands inline: the policy would refuse it
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { "^/minzhengtong\\.": "http://127.0.0.1:8080" } },
});
