// The active cell and the range of cells that is selected. Row -1 is the header. Pure.

export type Spot = { row: number; column: number };
export type Selection = { active: Spot; anchor: Spot };
export type Size = { rows: number; columns: number; page: number };

export const HEADER = -1;

export function at(row: number, column: number): Selection {
  return { active: { row, column }, anchor: { row, column } };
}

export type Range = { top: number; bottom: number; left: number; right: number };

export function rangeOf({ active, anchor }: Selection): Range {
  return {
    top: Math.max(0, Math.min(active.row, anchor.row)),
    bottom: Math.max(active.row, anchor.row),
    left: Math.min(active.column, anchor.column),
    right: Math.max(active.column, anchor.column),
  };
}

export function isIn(range: Range, row: number, column: number): boolean {
  return row >= range.top && row <= range.bottom && column >= range.left && column <= range.right;
}

/** The key that was pressed. With Caps Lock on, a letter's is the capital one. */
export function keyOfPress({ key }: { key: string }): string {
  return key.length === 1 ? key.toLowerCase() : key;
}

/** Does this key go to the last row? It has to be known for that. */
export function goesToLast(key: string, jump: boolean): boolean {
  return jump && (key === "End" || key === "ArrowDown" || key === "a");
}

type Pressed = { key: string; shift: boolean; jump: boolean };

/** Where a key leads; none if it is not a key for moving. */
export function move(selection: Selection, size: Size, { key, shift, jump }: Pressed): Selection | null {
  const { row, column } = selection.active;
  const lastRow = size.rows - 1;
  const lastColumn = size.columns - 1;
  const target = ((): Spot | null => {
    switch (key) {
      case "ArrowUp":
        return { row: jump ? 0 : row - 1, column };
      case "ArrowDown":
        return { row: jump ? lastRow : row + 1, column };
      case "ArrowLeft":
        return { row, column: jump ? 0 : column - 1 };
      case "ArrowRight":
        return { row, column: jump ? lastColumn : column + 1 };
      case "PageUp":
        return { row: Math.max(0, row - size.page), column };
      case "PageDown":
        return { row: row + size.page, column };
      case "Home":
        return { row: jump ? 0 : row, column: 0 };
      case "End":
        return { row: jump ? lastRow : row, column: lastColumn };
      default:
        return null;
    }
  })();
  if (target === null) return null;
  const active = {
    // A range never reaches into the header.
    row: Math.min(lastRow, Math.max(shift ? 0 : HEADER, target.row)),
    column: Math.min(lastColumn, Math.max(0, target.column)),
  };
  return { active, anchor: shift ? selection.anchor : active };
}
