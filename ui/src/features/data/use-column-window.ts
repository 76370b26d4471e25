// Which columns are in view, besides the pinned first one: a view can have hundreds.
import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect } from "react";
import type { GridColumn } from "./grid-columns";

export type PlacedColumn = { column: GridColumn; index: number; left: number; width: number; pinned: boolean };

export function useColumnWindow(scroller: RefObject<HTMLDivElement | null>, columns: GridColumn[]) {
  const pinned = columns[0];
  const pinnedWidth = pinned?.getSize() ?? 0;
  const widths = columns.map((column) => column.getSize());
  const virtual = useVirtualizer({
    horizontal: true,
    count: Math.max(0, columns.length - 1),
    getScrollElement: () => scroller.current,
    estimateSize: (i) => widths[i + 1] ?? 0,
    getItemKey: (i) => columns[i + 1]?.id ?? i,
    paddingStart: pinnedWidth,
    overscan: 3,
    initialRect: { width: 1180, height: 760 },
  });
  const shape = widths.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other widths are the reason to measure again
  useEffect(() => virtual.measure(), [shape, virtual]);

  const placed: PlacedColumn[] = pinned
    ? [{ column: pinned, index: 0, left: 0, width: pinnedWidth, pinned: true }]
    : [];
  for (const item of virtual.getVirtualItems()) {
    const column = columns[item.index + 1];
    if (column) placed.push({ column, index: item.index + 1, left: item.start, width: item.size, pinned: false });
  }
  return {
    placed,
    totalWidth: widths.reduce((sum, width) => sum + width, 0),
    reveal: (index: number) => {
      const element = scroller.current;
      if (!element || index === 0) return;
      const left = widths.slice(0, index).reduce((sum, width) => sum + width, 0);
      const right = left + (widths[index] ?? 0);
      if (left - pinnedWidth < element.scrollLeft) element.scrollLeft = left - pinnedWidth;
      else if (right > element.scrollLeft + element.clientWidth) element.scrollLeft = right - element.clientWidth;
    },
  };
}
