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

const STEPS: [number, string][] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
];

/** `just now`, `3 min ago`, `in 7 min`, `2 d ago`. */
export function relative(at: string, now: number): string {
  const apart = new Date(at).getTime() - now;
  const size = Math.abs(apart);
  const step = STEPS.find(([unit]) => size >= unit);
  if (!step) return apart > 20_000 ? "in under a minute" : "just now";
  const value = `${count(Math.round(size / step[0]))} ${step[1]}`;
  return apart > 0 ? `in ${value}` : `${value} ago`;
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
