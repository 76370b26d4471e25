// Which pages of rows are needed, and which may go. Pure.

/** Rows a page; the core refuses more than 500. */
export const PAGE_ROWS = 200;

/** Pages kept for going back and forth; each is some hundred kilobytes. */
export const MOST_PAGES = 20;

export function pagesFor(first: number, last: number): number[] {
  if (last < first) return [];
  const from = Math.floor(first / PAGE_ROWS);
  const to = Math.floor(last / PAGE_ROWS);
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Remembers the order of use; answers with what has to go to stay within `MOST_PAGES`. */
export class RecentlyUsed<Key> {
  private readonly known = new Map<string, Key>();

  use(name: string, key: Key): void {
    this.known.delete(name);
    this.known.set(name, key);
  }

  takeOldest(): Key[] {
    const gone: Key[] = [];
    for (const [name, key] of this.known) {
      if (this.known.size <= MOST_PAGES) break;
      this.known.delete(name);
      gone.push(key);
    }
    return gone;
  }
}
