// The columns of a grid as TanStack Table keeps them: order, width, which are shown, sort. The rows are the core's.
import {
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useMemo } from "react";
import type { Column, ColumnKind, Filter, GridQuery } from "@/ipc/types";

const features = tableFeatures({
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
});

const WIDTHS: Record<ColumnKind, number> = { text: 170, number: 130, date: 120, boolean: 120, reference: 200 };
const NARROWEST = 56;
const NO_ROWS: Record<string, never>[] = [];

export type GridTable = ReturnType<typeof useGridTable>;
export type GridColumn = ReturnType<GridTable["getVisibleLeafColumns"]>[number];

export function useGridTable(columns: Column[]) {
  const definitions = useMemo(
    () =>
      columns.map((column, i) => ({
        id: column.name,
        accessorFn: () => null,
        header: column.name,
        size: WIDTHS[column.kind],
        minSize: NARROWEST,
        sortDescFirst: false,
        // The first column names the document: without it no row could be opened.
        enableHiding: i > 0,
      })),
    [columns],
  );
  const first = columns[0]?.name;
  return useTable({
    features,
    columns: definitions,
    data: NO_ROWS,
    manualSorting: true,
    columnResizeMode: "onChange",
    initialState: { columnPinning: { start: first ? [first] : [], end: [] } },
  });
}

/** What the core is asked: only the columns that are shown, so that nothing travels for nothing. */
export function useGridQuery(view: string, table: GridTable, all: Column[], filters: Filter[]): GridQuery {
  const shown = table.getVisibleLeafColumns();
  const names = shown.length === all.length ? "" : JSON.stringify(shown.map((column) => column.id));
  const { sorting } = table.state;
  return useMemo(
    () => ({
      view,
      columns: names === "" ? [] : (JSON.parse(names) as string[]),
      sort: sorting.map((key) => ({ column: key.id, descending: key.desc })),
      filters,
    }),
    [view, names, sorting, filters],
  );
}
