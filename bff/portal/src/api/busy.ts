import { computed, ref } from "vue";

/** How many answers and rooms are waited for, for whoever hears the page and not only sees it. */
const waits = ref(0);

export const busy = computed(() => waits.value > 0);

/** Counts a wait until the returned function is called; calling it twice counts once. */
export function wait(): () => void {
  let over = false;
  waits.value++;
  return () => {
    if (!over) waits.value--;
    over = true;
  };
}
