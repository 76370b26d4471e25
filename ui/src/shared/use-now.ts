// One clock for all relative times: they change together, every half minute, and a hidden window does not wake up.
import { useSyncExternalStore } from "react";

const EVERY_MS = 30_000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const hearers = new Set<() => void>();

function subscribe(hear: () => void): () => void {
  hearers.add(hear);
  timer ??= setInterval(() => {
    if (document.hidden) return;
    now = Date.now();
    for (const each of hearers) each();
  }, EVERY_MS);
  return () => {
    hearers.delete(hear);
    if (hearers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function useNow(): number {
  // After a while without hearers nobody has ticked.
  if (Date.now() - now > EVERY_MS) now = Date.now();
  return useSyncExternalStore(subscribe, () => now);
}
