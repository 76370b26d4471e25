// The columns of a grid as TanStack Table keeps them: order, width, which are shown and pinned, sort. The rows are the
// core's.
import {
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useEffect, useMemo, useState } from "react";
import type { Cell, Column, ColumnKind, Filter, GridQuery } from "@/ipc/types";
import { keepColumns, loadColumns } from "./column-memory";

const features = tableFeatures({
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
});

const WIDTHS: Record<ColumnKind, number> = { text: 170, number: 130, date: 120, boolean: 120, reference: 200 };
export const NARROWEST = 56;
const NO_ROWS: Record<string, never>[] = [];

export type GridTable = ReturnType<typeof useGridTable>;
export type GridColumn = ReturnType<GridTable["getVisibleLeafColumns"]>[number];
/** A column where it is shown: its cell's place in a row of the core's, and whether it stays in view. */
export type ShownColumn = { column: GridColumn; id: string; cell: number; pinned: boolean };
export type DocumentKey = { docType: string; documentId: string };

/** The columns that say whose row it is: always there, always in front. Without them no row could be opened. */
export function identityOf(columns: Column[], docType: string | null): string[] {
  const names = docType === null ? ["TYPE", "ID"] : columns.slice(0, 1).map((column) => column.name);
  return names.filter((name) => columns.some((column) => column.name === name));
}

/** The document of a row. */
export function documentOf(
  cells: Cell[] | undefined,
  shown: ShownColumn[],
  identity: string[],
  docType: string | null,
): DocumentKey | null {
  const [first, second] = identity.map((name) => cells?.[shown.find((each) => each.id === name)?.cell ?? -1]?.text);
  const [type, documentId] = docType === null ? [first, second] : [docType, first];
  return type && documentId ? { docType: type, documentId } : null;
}

export function isSameDocument(document: DocumentKey, other: DocumentKey | null): boolean {
  return document.docType === other?.docType && document.documentId === other.documentId;
}

/** Where a cell leads; none if it points at nothing, or nothing says at which type. */
export function referenceOf(cell: Cell | undefined, column: Column | undefined): DocumentKey | null {
  if (column?.kind !== "reference" || !cell?.text) return null;
  const docType = column.refersTo ?? cell.docType;
  return docType ? { docType, documentId: cell.text } : null;
}

export function useGridTable(id: string, view: string, columns: Column[], identity: string[]) {
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.name,
        accessorFn: () => null,
        header: column.name,
        size: WIDTHS[column.kind],
        minSize: NARROWEST,
        sortDescFirst: false,
        enableHiding: !identity.includes(column.name),
        enablePinning: !identity.includes(column.name),
      })),
    [columns, identity],
  );
  const [initialState] = useState(() => {
    const names = columns.map((column) => column.name).filter((name) => !identity.includes(name));
    const { hidden, pinned } = loadColumns(id, view, names);
    return {
      columnPinning: { start: [...identity, ...pinned], end: [] },
      columnVisibility: Object.fromEntries(hidden.map((name) => [name, false])),
    };
  });
  const table = useTable({
    features,
    columns: definitions,
    data: NO_ROWS,
    manualSorting: true,
    columnResizeMode: "onChange",
    initialState,
  });
  const { columnPinning, columnVisibility, sorting } = table.state;
  // What nobody sees does not put the rows in order.
  const isSortedUnseen = sorting.some((key) => columnVisibility[key.id] === false);
  useEffect(() => {
    if (isSortedUnseen) table.setSorting((now) => now.filter((key) => table.getColumn(key.id)?.getIsVisible()));
  }, [table, isSortedUnseen]);
  useEffect(() => {
    const hidden = columns.map((column) => column.name).filter((name) => columnVisibility[name] === false);
    const pinned = columnPinning.start.filter((name) => !identity.includes(name));
    keepColumns(id, view, { hidden, pinned });
  }, [id, view, columns, identity, columnPinning, columnVisibility]);
  return table;
}

/** The columns from left to right: the pinned ones in the order in which they were pinned, then the others. */
export function shownColumns(table: GridTable): ShownColumn[] {
  const { start } = table.state.columnPinning;
  const all = table.getVisibleLeafColumns().map((column, cell) => {
    return { column, id: column.id, cell, pinned: start.includes(column.id) };
  });
  const pinned = all.filter((each) => each.pinned).sort((a, b) => start.indexOf(a.id) - start.indexOf(b.id));
  return [...pinned, ...all.filter((each) => !each.pinned)];
}

export function togglePin(column: GridColumn): void {
  if (column.getCanPin()) column.pin(column.getIsPinned() ? false : "start");
}

/** What the core is asked: only the columns that are shown, so that nothing travels for nothing. */
export function useGridQuery(view: string, table: GridTable, all: Column[], filters: Filter[]): GridQuery {
  const shown = table.getVisibleLeafColumns();
  const names = shown.length === all.length ? "" : JSON.stringify(shown.map((column) => column.id));
  const { sorting } = table.state;
  return useMemo(() => {
    const columns = names === "" ? [] : (JSON.parse(names) as string[]);
    // A column that was hidden just now is still among the keys.
    const keys = sorting.filter((key) => names === "" || columns.includes(key.id));
    return { view, columns, sort: keys.map((key) => ({ column: key.id, descending: key.desc })), filters };
  }, [view, names, sorting, filters]);
}
