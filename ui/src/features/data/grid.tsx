// A view as a grid: a million rows scroll, the keyboard reaches everything, copying takes headers along.
import { useId, useLayoutEffect, useRef, useState } from "react";
import type { Cell, Column, Filter, GridQuery } from "@/ipc/types";
import { tell } from "@/shared/notify";
import classes from "./grid.module.css";
import {
  type DocumentKey,
  documentOf,
  type GridColumn,
  type GridTable,
  isSameDocument,
  NARROWEST,
  referenceOf,
  type ShownColumn,
  shownColumns,
  togglePin,
} from "./grid-columns";
import { GridHead } from "./grid-head";
import { GridRow, isLink, spotOf } from "./grid-row";
import {
  at,
  goesToLast,
  HEADER,
  isIn,
  keyOfPress,
  move,
  type Range,
  rangeOf,
  type Selection,
  type Spot,
} from "./selection";
import { useColumnWindow } from "./use-column-window";
import { useFollowColumn } from "./use-follow-column";
import { HEADER_PX, useRowWindow } from "./use-row-window";
import { useRows } from "./use-rows";
import { ViewFailed } from "./view-failed";

type Props = {
  id: string;
  label: string;
  query: GridQuery;
  table: GridTable;
  columns: Column[];
  /** None while they are still being counted. */
  rows: number | null;
  filters: Filter[];
  /** The type of every row's document; none where rows say it themselves. */
  docType: string | null;
  /** The columns that say whose row it is. */
  identity: string[];
  openDocument: DocumentKey | null;
  onOpen: (document: DocumentKey) => void;
  onClose: () => void;
  onCopy: (range: Range, columns: Column[]) => void;
  onFilter: (column: string) => void;
};

/** By how much Alt with an arrow changes a column's width. */
const RESIZE_PX = 16;
/** Shown while rows are still being counted: enough to fill the window. */
const UNCOUNTED_ROWS = 200;

export function Grid(props: Props) {
  const { id, query, table, columns, onOpen } = props;
  const rows = props.rows ?? UNCOUNTED_ROWS;
  const gridId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [selection, setSelection] = useState<Selection>(at(0, 0));
  const dragged = useRef<"no" | "pressed" | "dragged">("no");
  const shown = shownColumns(table);
  const view = useRowWindow(scroller, rows);
  const across = useColumnWindow(scroller, shown);
  const { rowAt, error, retry } = useRows(id, query, view.first, view.last);
  const kinds = new Map(columns.map((column) => [column.name, column]));
  const range = rangeOf(selection);
  const { moveTo } = view;

  // Another order or other filters: other rows, so begin at the top. The header stays active while keys sort.
  const order = JSON.stringify([query.sort, query.filters]);
  const [shownOrder, setShownOrder] = useState(order);
  if (order !== shownOrder) {
    setShownOrder(order);
    setSelection((now) => (now.active.row === HEADER ? now : at(0, now.active.column)));
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another order is the reason to go to the top
  useLayoutEffect(() => moveTo(0), [order]);

  const { active } = selection;
  useFollowColumn(shown, active.column, setSelection, across.reveal);

  const keyOf = (cells: Cell[] | undefined) => documentOf(cells, shown, props.identity, props.docType);
  const open = (spot: Spot) => {
    const document = keyOf(rowAt(spot.row));
    if (document) onOpen(document);
  };
  const follow = (spot: Spot) => {
    const column = shown[spot.column];
    const to = column && referenceOf(rowAt(spot.row)?.[column.cell], kinds.get(column.id));
    if (to) onOpen(to);
  };

  const moved = (key: string, shift: boolean, jump: boolean): boolean => {
    const next = move(selection, { rows, columns: shown.length, page: view.rowsInView }, { key, shift, jump });
    if (!next) return false;
    setSelection(next);
    if (next.active.row !== HEADER) view.reveal(next.active.row);
    across.reveal(next.active.column);
    // An open document follows the keyboard from row to row.
    if (props.openDocument !== null && next.active.row !== active.row) open(next.active);
    return true;
  };

  const enter = (shift: boolean) => {
    if (active.row === HEADER) shown[active.column]?.column.toggleSorting(undefined, shift);
    else open(active);
  };

  const pressed = (event: React.KeyboardEvent): boolean => {
    const ctrl = event.ctrlKey || event.metaKey;
    const column = shown[active.column]?.column;
    const key = keyOfPress(event);
    switch (`${ctrl ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${key}`) {
      case "Ctrl+c":
        props.onCopy(range, inRange(shown, range, kinds));
        return true;
      case "Ctrl+a":
        setSelection({ anchor: { row: 0, column: 0 }, active: { row: rows - 1, column: shown.length - 1 } });
        return true;
      case "Alt+ArrowLeft":
      case "Alt+ArrowRight":
        widen(table, column, key === "ArrowLeft" ? -RESIZE_PX : RESIZE_PX);
        return true;
      case "Enter":
        enter(event.shiftKey);
        return true;
      case "Ctrl+Enter":
        follow(active);
        return true;
      case "Escape":
        props.onClose();
        return true;
      case "f":
        if (column) props.onFilter(column.id);
        return true;
      case "p":
        if (column) togglePin(column);
        return true;
      default:
        return moved(key, event.shiftKey, ctrl);
    }
  };

  const drawn = Array.from({ length: Math.max(0, view.last - view.first + 1) }, (_, i) => view.first + i);
  const visible = across.placed.some((each) => each.index === active.column);
  const activeId = active.row === HEADER ? `${gridId}-h-${active.column}` : `${gridId}-${active.row}-${active.column}`;
  const activeDrawn = visible && (active.row === HEADER || (active.row >= view.first && active.row <= view.last));
  if (error) return <ViewFailed error={error} retry={retry} />;

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={props.label}
      aria-rowcount={props.rows === null ? -1 : rows + 1}
      aria-colcount={shown.length}
      aria-multiselectable="true"
      {...(activeDrawn ? { "aria-activedescendant": activeId } : {})}
      tabIndex={0}
      className={classes.scroller}
      onScroll={view.onScroll}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return;
        if (hasToWait(props.rows, event) || pressed(event)) event.preventDefault();
      }}
      onPointerDown={(event) => {
        const spot = spotOf(event.target);
        if (!spot || event.button !== 0) return;
        dragged.current = "pressed";
        setSelection(event.shiftKey ? { active: spot, anchor: selection.anchor } : { active: spot, anchor: spot });
        if (event.shiftKey) dragged.current = "dragged";
      }}
      onPointerOver={(event) => {
        const spot = spotOf(event.target);
        if (!spot || dragged.current === "no" || event.buttons !== 1) return;
        dragged.current = "dragged";
        setSelection((now) => ({ active: spot, anchor: now.anchor }));
      }}
      onPointerUp={(event) => {
        const spot = spotOf(event.target);
        const clicked = dragged.current === "pressed";
        dragged.current = "no";
        if (spot && clicked) (isLink(event.target) ? follow : open)(spot);
      }}
    >
      <GridHead
        gridId={gridId}
        table={table}
        placed={across.placed}
        totalWidth={across.totalWidth}
        filtered={new Set(props.filters.map((filter) => filter.column))}
        activeColumn={active.row === HEADER ? active.column : null}
        onFilter={props.onFilter}
        kinds={kinds}
      />
      <div
        role="rowgroup"
        style={{ position: "absolute", top: HEADER_PX, left: 0, height: view.realHeight, width: across.totalWidth }}
      >
        {drawn.map((row) => {
          const cells = rowAt(row);
          const document = keyOf(cells);
          const selected = isIn(range, row, range.left) && active.row !== HEADER;
          return (
            <GridRow
              key={row}
              gridId={gridId}
              row={row}
              y={view.place(row)}
              cells={cells}
              placed={across.placed}
              kinds={kinds}
              totalWidth={across.totalWidth}
              from={selected ? range.left : -1}
              to={selected ? range.right : -1}
              activeColumn={active.row === row ? active.column : -1}
              open={document !== null && isSameDocument(document, props.openDocument)}
            />
          );
        })}
      </div>
    </div>
  );
}

/** A key that needs the last row waits until it is known, and says so. */
function hasToWait(rows: number | null, event: React.KeyboardEvent): boolean {
  if (rows !== null || !goesToLast(keyOfPress(event), event.ctrlKey || event.metaKey)) return false;
  tell("The rows are still being counted. Press it again once their number is there.");
  return true;
}

function inRange(shown: ShownColumn[], range: Range, kinds: ReadonlyMap<string, Column>): Column[] {
  return shown.slice(range.left, range.right + 1).flatMap(({ id }) => kinds.get(id) ?? []);
}

function widen(table: GridTable, column: GridColumn | undefined, by: number): void {
  if (!column) return;
  table.setColumnSizing((sizes) => ({ ...sizes, [column.id]: Math.max(NARROWEST, column.getSize() + by) }));
}
