// Numbers, sizes and times as people read them. Pure: the time now is an argument.

const counts = new Intl.NumberFormat("en-US");

export function count(value: number): string {
  return counts.format(value);
}

/** `1 row`, `2 rows`, `1,000,000 rows`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** How much of a run is done, in whole percent below 100; null where its end is not known, or was passed. */
export function shareDone(progress: { documents: number; expected: number | null }): number | null {
  if (progress.expected === null || progress.documents >= progress.expected) return null;
  return Math.floor((progress.documents / progress.expected) * 100);
}

export function bytes(value: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${size.toFixed(digits)} ${units[unit]}`;
}

export function duration(ms: number): string {
  if (ms < 950) return `${Math.round(ms)} ms`;
  const s = ms / 1000;
  if (s < 59.95) return `${s.toFixed(1)} s`;
  const minutes = Math.floor(Math.round(s) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(s) % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Further back nobody counts days. */
const MOST_DAYS = 60;

/**
 * `just now`, `3 min ago`, `2 h ago`, `1 day ago`, and long ago the date: of what was. Only whole hours count, as in the core's
 * sentences. What has just happened may be ahead of a clock that ticks every half minute; it is not to come.
 */
export function relative(at: string, now: number): string {
  const past = now - new Date(at).getTime();
  if (past < MINUTE_MS) return "just now";
  if (past < HOUR_MS) return `${Math.floor(past / MINUTE_MS)} min ago`;
  if (past < DAY_MS) return `${Math.floor(past / HOUR_MS)} h ago`;
  const days = Math.floor(past / DAY_MS);
  if (days < MOST_DAYS) return `${counted(days, "day")} ago`;
  return new Date(at).toLocaleDateString(undefined, { dateStyle: "medium" });
}

/** The core's words begin small. A name does not become another: `profiles.json`, `host.example.com`. */
export function sentence(text: string): string {
  return /^[a-z]+(?=[ ,])/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** The same with its end, so that another can follow; the core's words have none. */
export function ended(text: string): string {
  return /[.!?…][)”"’']?$/.test(text) ? sentence(text) : `${sentence(text)}.`;
}

export function absolute(at: string): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

export function clock(at: string): string {
  return new Date(at).toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
}
