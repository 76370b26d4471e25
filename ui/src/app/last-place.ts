// Closing the window ends its pages, so the place where somebody was is kept beside them and found again by the next window.
const KEY = "last-place";

/**
 * Goes to where the last window was, unless the core asked for a place, the profile is gone, or there is none at all. Call
 * it before the router looks.
 */
export function goToLastPlace(profiles: { id: string }[]): void {
  const last = localStorage.getItem(KEY);
  if (!last?.startsWith("#/") || window.location.hash.length > 2 || profiles.length === 0) return;
  const [, profile] = /^#\/profiles\/([^/?]+)/.exec(last) ?? [];
  // Setting `location.hash` would be told as an event of its own, later, and end what the router had begun meanwhile.
  if (profile === undefined || profiles.some(({ id }) => id === profile)) window.history.replaceState(null, "", last);
}

/** Remembers a place. */
export function rememberPlace(path: string): void {
  localStorage.setItem(KEY, `#${path}`);
}
