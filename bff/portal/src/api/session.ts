import { createClient } from "@connectrpc/connect";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { computed, ref } from "vue";
import { SessionService, type Session } from "../gen/api/minzhengtong/session/v1/session_pb";
import { forget, keep, kept } from "../store";
import { plain } from "./transport";

/** The token for calls lives in memory only; what renews it lives on the device. */
const access = ref<{ token: string; until: number } | null>(null);
const key = "refresh";
const holds = ref(kept(key) !== null);

export const signedIn = computed(() => holds.value);

/** Takes a session over that the server has opened. */
export function begin(s: Session) {
  const until = s.expireTime ? timestampDate(s.expireTime).getTime() : Date.now() + 60_000;
  // The phone's clock may be wrong: what counts is for how long the token holds from now on.
  const life = Math.max(60_000, Math.min(until - Date.now(), 15 * 60_000));
  access.value = { token: s.accessToken, until: Date.now() + life - 30_000 };
  keep(key, s.refreshToken);
  holds.value = true;
}

/** Ends the session on this device. */
export function end() {
  access.value = null;
  forget(key);
  holds.value = false;
}

const client = createClient(SessionService, plain);

/** A token that holds, renewed if need be; "" for nobody. Two tabs renew one after the other. */
export async function token(anew = false): Promise<string> {
  const now = access.value;
  if (now && !anew && Date.now() < now.until) return now.token;
  if (kept(key) === null) {
    end();
    return "";
  }
  return locked(() => renew(now?.token));
}

async function renew(old: string | undefined): Promise<string> {
  const now = access.value;
  if (now && now.token !== old && Date.now() < now.until) return now.token; // somebody did meanwhile
  const refreshToken = kept(key);
  if (refreshToken === null) {
    end();
    return "";
  }
  const { session } = await client.refreshSession({ refreshToken });
  if (!session) return "";
  begin(session);
  return session.accessToken;
}

/** One at a time over all tabs of this device, where the browser can. */
async function locked<T>(work: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return work();
  return navigator.locks.request("mzt.session", work) as Promise<T>;
}

// Signed out in another tab is signed out here.
addEventListener("storage", (e) => {
  if (e.key === `mzt.${key}` && e.newValue === null) end();
});
