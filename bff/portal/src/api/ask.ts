import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { language } from "../locale";
import { wait } from "./busy";
import { faultOf, type Fault } from "./fault";

/** An answer that a screen waits for. */
export interface Asked<T> {
  data: ShallowRef<T | null>;
  fault: Ref<Fault | null>;
  waiting: Ref<boolean>;
  ask: () => Promise<void>;
}

/**
 * Asks at once, and anew whenever the language changes. What was answered before stays until
 * the new answer is there, and an answer that was overtaken is dropped.
 */
export function useAsk<T>(call: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const data = shallowRef<T | null>(null);
  const fault = ref<Fault | null>(null);
  const waiting = ref(false);
  let running: AbortController | null = null;

  async function ask() {
    running?.abort();
    const mine = (running = new AbortController());
    waiting.value = true;
    const over = wait();
    try {
      const got = await call(mine.signal);
      if (mine !== running) return;
      data.value = got;
      fault.value = null;
    } catch (e) {
      if (mine === running) fault.value = faultOf(e);
    } finally {
      over();
      if (mine === running) waiting.value = false;
    }
  }

  watch(language, ask, { immediate: true });
  onScopeDispose(() => running?.abort());
  return { data, fault, waiting, ask };
}
