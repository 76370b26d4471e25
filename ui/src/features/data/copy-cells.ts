// Cells as text for the clipboard: tab-separated, with headers, safe to paste into a spreadsheet. Pure.
import type { Cell, Column } from "@/ipc/types";

/** More belongs into an export: the clipboard would hold it all in memory, several times. */
export const MOST_COPIED_ROWS = 10_000;

export function toTsv(columns: Column[], rows: Cell[][]): string {
  const head = columns.map((column) => quoted(safe(column.name, undefined)));
  const body = rows.map((cells) => cells.map((cell, i) => quoted(safe(cell.text ?? "", columns[i]))).join("\t"));
  return [head.join("\t"), ...body].join("\n");
}

/** What spreadsheets take for the beginning of a formula; the same as in an export. */
const FORMULA = [..."=+-@\t\r\n\0＝＋－＠"];

/** A number as JSON writes it. */
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** Text that would be calculated gets an apostrophe; numbers stay as they are, what else a column of numbers holds not. */
function safe(text: string, column: Column | undefined): string {
  const plain = column?.kind === "number" && NUMBER.test(text);
  return !plain && FORMULA.some((sign) => text.startsWith(sign)) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
