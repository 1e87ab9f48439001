import { createI18n } from "vue-i18n";
import { computed } from "vue";
import en from "./locales/en.json";
import hans from "./locales/zh-Hans.json";
import hant from "./locales/zh-Hant-TW.json";
import { keep, kept } from "./store";

/** The languages of the interface, as BCP 47 tags that the server knows as well. */
export const languages = ["zh-Hant-TW", "zh-Hans", "en"] as const;
export type Language = (typeof languages)[number];

const key = "language";

/** Which language to begin with: the one that was chosen here, or what the browser asks for. */
function first(): Language {
  const chosen = kept(key);
  const known = languages.find((l) => l === chosen);
  if (known) return known;
  for (const wish of navigator.languages) {
    if (/^zh\b.*(hant|tw|hk|mo)/i.test(wish)) return "zh-Hant-TW";
    if (/^zh\b/i.test(wish)) return "zh-Hans";
    if (/^en\b/i.test(wish)) return "en";
  }
  return "zh-Hant-TW";
}

export const words = createI18n({
  legacy: false,
  locale: first(),
  messages: { "zh-Hant-TW": hant, "zh-Hans": hans, en },
  missingWarn: false,
  fallbackWarn: false,
});

export const language = computed(() => words.global.locale.value as Language);

/** Changes the language at once: what the server says is asked for anew by whoever shows it. */
export function speak(to: Language) {
  words.global.locale.value = to;
  keep(key, to);
  document.documentElement.lang = to;
}

speak(language.value);

/** A day as people read it: YYYY-MM-DD, or a moment in Shanghai. */
export function day(at: string | Date): string {
  const when = typeof at === "string" ? new Date(`${at}T00:00:00+08:00`) : at;
  return new Intl.DateTimeFormat(language.value, { dateStyle: "long", timeZone: "Asia/Shanghai" }).format(when);
}

/** A month, YYYY-MM, as people read it. */
export function monthOf(month: string): string {
  const when = new Date(`${month}-15T00:00:00+08:00`);
  return new Intl.DateTimeFormat(language.value, { year: "numeric", month: "long", timeZone: "Asia/Shanghai" }).format(when);
}

/** A moment as people read it, in Shanghai. */
export function moment(at: Date): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Shanghai" }).format(at);
}

/** Hundredths of a percent as a rate: 385 is 3.85 %. */
export function rate(bp: number): string {
  return `${Math.trunc(bp / 100)}.${String(bp % 100).padStart(2, "0")}%`;
}

/** Fen of CNY as an amount, exactly: no amount becomes a fraction of a computer. */
export function money(fen: bigint): string {
  const sign = fen < 0n ? "-" : "";
  const abs = fen < 0n ? -fen : fen;
  const yuan = new Intl.NumberFormat(language.value).format(abs / 100n);
  return `${sign}¥${yuan}.${String(abs % 100n).padStart(2, "0")}`;
}
