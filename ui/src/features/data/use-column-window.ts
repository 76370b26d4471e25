// Which columns are in view, besides the pinned ones: a view can have hundreds.
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect } from "react";
import type { ShownColumn } from "./grid-columns";

export type PlacedColumn = ShownColumn & {
  index: number;
  left: number;
  width: number;
  /** Stays in view. */
  stuck: boolean;
  /** The last one that does. */
  edge: boolean;
};

/** So much is left for the other columns: pinned ones beyond it scroll, or those could never be seen. */
const LEAST_ROOM_PX = 160;

const BEFORE_MEASURED = { width: 1180, height: 760 };

export function useColumnWindow(scroller: RefObject<HTMLDivElement | null>, shown: ShownColumn[]) {
  const widths = shown.map(({ column }) => column.getSize());
  const pinned = shown.filter((each) => each.pinned).length;
  const virtual = useVirtualizer({
    horizontal: true,
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => widths[i] ?? 0,
    getItemKey: (i) => shown[i]?.id ?? i,
    // Pinned columns are drawn wherever the view is; each stands where the ones before it end.
    rangeExtractor: (range) => [
      ...new Set([...Array(Math.min(pinned, range.count)).keys(), ...defaultRangeExtractor(range)]),
    ],
    overscan: 3,
    initialRect: BEFORE_MEASURED,
  });
  const shape = widths.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other widths are the reason to measure again
  useEffect(() => virtual.measure(), [shape, virtual]);

  const room = (virtual.scrollRect ?? BEFORE_MEASURED).width - LEAST_ROOM_PX;
  let stuck = 0;
  let stuckWidth = 0;
  while (stuck < pinned && stuckWidth + (widths[stuck] ?? 0) <= room) {
    stuckWidth += widths[stuck] ?? 0;
    stuck += 1;
  }
  const placed: PlacedColumn[] = virtual.getVirtualItems().flatMap(({ index, start, size }) => {
    const column = shown[index];
    const place = { index, left: start, width: size, stuck: index < stuck, edge: index === stuck - 1 };
    return column ? [{ ...column, ...place }] : [];
  });
  return {
    placed,
    totalWidth: widths.reduce((sum, width) => sum + width, 0),
    reveal: (index: number) => {
      const element = scroller.current;
      if (!element || index < stuck) return;
      const left = widths.slice(0, index).reduce((sum, width) => sum + width, 0);
      const right = left + (widths[index] ?? 0);
      if (left - stuckWidth < element.scrollLeft) element.scrollLeft = left - stuckWidth;
      else if (right > element.scrollLeft + element.clientWidth) element.scrollLeft = right - element.clientWidth;
    },
  };
}
