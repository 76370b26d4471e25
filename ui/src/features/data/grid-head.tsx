// The header of the grid: names, sort, pin, filter, width.
import type { Column } from "@/ipc/types";
import { ArrowDownIcon, ArrowUpIcon, FilterIcon, PinIcon } from "@/shared/icons";
import classes from "./grid.module.css";
import { type GridTable, togglePin } from "./grid-columns";
import type { PlacedColumn } from "./use-column-window";

type Props = {
  gridId: string;
  table: GridTable;
  placed: PlacedColumn[];
  totalWidth: number;
  filtered: ReadonlySet<string>;
  activeColumn: number | null;
  onFilter: (column: string) => void;
  kinds: ReadonlyMap<string, Column>;
};

export function GridHead({ gridId, table, placed, totalWidth, filtered, activeColumn, onFilter }: Props) {
  const headers = new Map(table.getFlatHeaders().map((header) => [header.column.id, header]));
  return (
    <div
      role="row"
      aria-rowindex={1}
      className={classes.head}
      // The focus stays with the grid: its keys go on working after a click here.
      onMouseDown={(event) => event.preventDefault()}
      style={{ width: totalWidth, minWidth: "100%" }}
    >
      {placed.map(({ column, index, left, width, pinned, stuck, edge }) => {
        const sorted = column.getIsSorted();
        const resize = headers.get(column.id)?.getResizeHandler();
        return (
          <div
            key={column.id}
            id={`${gridId}-h-${index}`}
            role="columnheader"
            aria-colindex={index + 1}
            aria-sort={sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : "none"}
            className={`${classes.headCell} ${stuck ? classes.pinned : ""}`}
            data-edge={edge || undefined}
            data-active={activeColumn === index || undefined}
            style={{ width, left }}
          >
            <button
              type="button"
              tabIndex={-1}
              className={classes.sort}
              title={`${column.id}\nClick to sort, Shift-click for a second key`}
              onClick={(event) => column.toggleSorting(undefined, event.shiftKey)}
            >
              <span>{column.id}</span>
              {sorted === "asc" && <ArrowUpIcon size={12} />}
              {sorted === "desc" && <ArrowDownIcon size={12} />}
              {sorted && table.state.sorting.length > 1 && (
                <span className={classes.order}>{column.getSortIndex() + 1}</span>
              )}
            </button>
            {column.getCanPin() && (
              <button
                type="button"
                tabIndex={-1}
                className={classes.tool}
                data-on={pinned || undefined}
                aria-label={`Pin ${column.id}`}
                aria-pressed={pinned}
                onClick={() => togglePin(column)}
              >
                <PinIcon size={14} filled={pinned} />
              </button>
            )}
            <button
              type="button"
              tabIndex={-1}
              className={classes.tool}
              data-on={filtered.has(column.id) || undefined}
              aria-label={`Filter ${column.id}`}
              onClick={() => onFilter(column.id)}
            >
              <FilterIcon size={14} />
            </button>
            {/* For the mouse; Alt with the arrow keys does the same. */}
            <div
              aria-hidden="true"
              className={classes.resize}
              data-active={column.getIsResizing() || undefined}
              onMouseDown={resize}
              onTouchStart={resize}
            />
          </div>
        );
      })}
    </div>
  );
}
