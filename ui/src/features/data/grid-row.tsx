// One row of the grid. A cell's content is only ever text.
import { memo } from "react";
import type { Cell, Column } from "@/ipc/types";
import classes from "./grid.module.css";
import { referenceOf } from "./grid-columns";
import type { Spot } from "./selection";
import type { PlacedColumn } from "./use-column-window";

type Props = {
  gridId: string;
  row: number;
  y: number;
  cells: Cell[] | undefined;
  placed: PlacedColumn[];
  kinds: ReadonlyMap<string, Column>;
  totalWidth: number;
  /** First and last selected column of this row; -1 for none. */
  from: number;
  to: number;
  activeColumn: number;
  open: boolean;
};

export const GridRow = memo(function GridRow(props: Props) {
  const { gridId, row, y, cells, placed, kinds, totalWidth, from, to, activeColumn, open } = props;
  return (
    <div
      role="row"
      aria-rowindex={row + 2}
      className={classes.row}
      data-open={open || undefined}
      style={{ transform: `translateY(${y}px)`, width: totalWidth }}
    >
      {placed.map(({ id, cell, index, left, width, stuck, edge }) => (
        <div
          key={id}
          id={`${gridId}-${row}-${index}`}
          role="gridcell"
          aria-colindex={index + 1}
          aria-selected={index >= from && index <= to}
          className={`${classes.cell} ${stuck ? classes.pinned : ""}`}
          data-edge={edge || undefined}
          data-row={row}
          data-column={index}
          data-kind={kinds.get(id)?.kind}
          data-selected={(index >= from && index <= to) || undefined}
          data-active={activeColumn === index || undefined}
          style={{ width, left }}
        >
          <CellText cell={cells?.[cell]} column={kinds.get(id)} loaded={cells !== undefined} />
        </div>
      ))}
    </div>
  );
});

type TextProps = { cell: Cell | undefined; column: Column | undefined; loaded: boolean };

function CellText({ cell, column, loaded }: TextProps) {
  if (!loaded) return <span className={classes.waiting} />;
  if (cell === undefined || cell.text === null) return <span className={classes.null}>–</span>;
  const reference = referenceOf(cell, column);
  if (reference) {
    // The grid has the keyboard and hears the clicks of all its cells: this one only says that it leads somewhere.
    return (
      <span role="link" className={classes.reference} title={`${reference.docType} ${cell.text}`}>
        {cell.label ?? oneLine(cell.text)}
      </span>
    );
  }
  if (column?.kind === "boolean") return YES_OR_NO.get(cell.text) ?? oneLine(cell.text);
  return cell.label ?? oneLine(cell.text);
}

/** SQLite has only numbers for these. They are read here as a filter asks for them; what is copied or exported is as stored. */
const YES_OR_NO = new Map([
  ["0", "false"],
  ["1", "true"],
]);

/** Longer than any column is wide; the inspector has it all. */
const SHOWN = 400;

function oneLine(text: string): string {
  return text.slice(0, SHOWN).replace(/[\r\n]+/g, " ⏎ ");
}

/** Was a reference clicked? */
export function isLink(target: EventTarget): boolean {
  return target instanceof Element && target.closest("[role=link]") !== null;
}

/** The cell that was clicked. */
export function spotOf(target: EventTarget): Spot | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>("[role=gridcell]") : null;
  if (!cell) return null;
  return { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
}
