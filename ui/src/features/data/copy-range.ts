// Copies a selected range: asks the core for just those cells, whether they are in view or not.
import { asIpcError, type Door, MOST_ROWS } from "@/ipc/door";
import type { Cell, Column, GridQuery } from "@/ipc/types";
import { copyText } from "@/shared/clipboard";
import { count, counted } from "@/shared/format";
import { tell, tellFailure } from "@/shared/notify";
import { MOST_COPIED_ROWS, toTsv } from "./copy-cells";
import type { Range } from "./selection";

export async function copyRange(
  door: Door,
  id: string,
  query: GridQuery,
  range: Range,
  columns: Column[],
): Promise<void> {
  const wanted = range.bottom - range.top + 1;
  if (wanted > MOST_COPIED_ROWS) {
    tellFailure({
      ...asIpcError({ code: "configuration", message: `${count(wanted)} rows are too many to copy.` }),
      hint: `Copy up to ${count(MOST_COPIED_ROWS)}, or export them.`,
    });
    return;
  }
  const narrow: GridQuery = { ...query, columns: columns.map((column) => column.name) };
  const read = async () => {
    const rows: Cell[][] = [];
    for (let offset = range.top; offset <= range.bottom; offset += MOST_ROWS) {
      const limit = Math.min(MOST_ROWS, range.bottom - offset + 1);
      rows.push(...(await door.gridRows(id, narrow, offset, limit)).rows);
    }
    return rows;
  };
  try {
    const rows = read();
    await copyText(rows.then((all) => toTsv(columns, all)));
    const cut = (await rows).flat().filter((cell) => cell.cut).length;
    const beginnings = cut === 0 ? "" : ` Of ${counted(cut, "long text")} only the beginning; an export has all of it.`;
    tell(`${counted((await rows).length, "row")} copied, with headers.${beginnings}`);
  } catch (thrown) {
    tellFailure(thrown);
  }
}
