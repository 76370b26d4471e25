// Closing the window ends its pages, so the place where somebody was is kept beside them and found again by the next window.
const KEY = "last-place";

/** Goes to where the last window was, unless the core asked for a place. Call it before the router looks. */
export function goToLastPlace(): void {
  const last = localStorage.getItem(KEY);
  if (last?.startsWith("#/") && window.location.hash.length <= 2) window.location.hash = last;
}

/** Remembers a place. */
export function rememberPlace(path: string): void {
  localStorage.setItem(KEY, `#${path}`);
}
