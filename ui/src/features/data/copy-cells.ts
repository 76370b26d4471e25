// Cells as text for the clipboard: tab-separated, with headers, safe to paste into a spreadsheet. Pure.
import type { Cell, Column } from "@/ipc/types";

/** More belongs into an export: the clipboard would hold it all in memory, several times. */
export const MOST_COPIED_ROWS = 10_000;

export function toTsv(columns: Column[], rows: Cell[][]): string {
  const head = columns.map((column) => quoted(column.name));
  const body = rows.map((cells) => cells.map((cell, i) => quoted(safe(cell.text ?? "", columns[i]))).join("\t"));
  return [head.join("\t"), ...body].join("\n");
}

/** Text that a spreadsheet would take for a formula gets an apostrophe, as in an export; numbers stay as they are. */
function safe(text: string, column: Column | undefined): string {
  const formula = column?.kind !== "number" && column?.kind !== "date" && /^[=+\-@\t\r]/.test(text);
  return formula ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
