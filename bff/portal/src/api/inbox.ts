import { createClient } from "@connectrpc/connect";
import { onScopeDispose } from "vue";
import { NoticeService } from "../gen/api/minzhengtong/notice/v1/notice_pb";
import { transport } from "./transport";

const pauses = [1_000, 5_000, 15_000, 60_000];

/**
 * Tells whenever a notice comes, from a position on, until the screen is left. A line that
 * breaks is taken up again where it was, after a growing pause; what is shown stays.
 */
export function useArrivals(position: () => string, arrived: () => void) {
  const client = createClient(NoticeService, transport);
  const stop = new AbortController();
  onScopeDispose(() => stop.abort());

  async function watch() {
    let from = position();
    for (let tries = 0; !stop.signal.aborted; tries++) {
      try {
        for await (const got of client.watchNotices({ position: from }, { signal: stop.signal, timeoutMs: 0 })) {
          from = got.position || from;
          tries = 0;
          if (got.notice) arrived();
        }
      } catch {
        // The house is gone or the network is: try again below.
      }
      await new Promise((done) => setTimeout(done, pauses[Math.min(tries, pauses.length - 1)]));
    }
  }
  return watch;
}
