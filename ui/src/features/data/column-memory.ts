// Which columns of a view a person hid and pinned, kept from one look to the next. Names of columns only, no data.
const KEY = "execute-sync.columns";

/** Views remembered; the ones used longest ago go first. */
const MOST_VIEWS = 100;

export type ColumnChoice = { hidden: string[]; pinned: string[] };

const NONE: ColumnChoice = { hidden: [], pinned: [] };

/** What was chosen for a view, of the columns that it still has. */
export function loadColumns(id: string, view: string, columns: readonly string[]): ColumnChoice {
  const found = entries().find(([name]) => name === nameOf(id, view))?.[1] ?? NONE;
  const there = (names: string[]) => names.filter((name) => columns.includes(name));
  return { hidden: there(found.hidden), pinned: there(found.pinned) };
}

export function keepColumns(id: string, view: string, choice: ColumnChoice): void {
  const others = entries().filter(([name]) => name !== nameOf(id, view));
  const chosen = choice.hidden.length + choice.pinned.length > 0;
  const kept = chosen ? [...others, [nameOf(id, view), choice] as const] : others;
  localStorage.setItem(KEY, JSON.stringify(kept.slice(-MOST_VIEWS)));
}

function nameOf(id: string, view: string): string {
  return JSON.stringify([id, view]);
}

/** A list, not an object: a view may be called anything, `__proto__` included. */
function entries(): [string, ColumnChoice][] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(entry: unknown): entry is [string, ColumnChoice] {
  if (!Array.isArray(entry) || typeof entry[0] !== "string") return false;
  const choice = entry[1] as Partial<ColumnChoice> | null;
  return Array.isArray(choice?.hidden) && Array.isArray(choice.pinned);
}
