// Which rows are in view. Not TanStack Virtual: it reads the element's own scroll position, which is scaled here.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { ROW_PX, scrollMap, visibleRows } from "./scroll-map";

export const HEADER_PX = 36;

/** A scroll event this near to what we set ourselves is our own. */
const OWN_PX = 2;

const LINE_MODE = 1;

export function useRowWindow(scroller: RefObject<HTMLDivElement | null>, rows: number) {
  const [viewHeight, setViewHeight] = useState(0);
  const [view, setView] = useState({ top: 0, shift: 0 });
  const map = useMemo(() => scrollMap(rows, viewHeight), [rows, viewHeight]);
  // The truth while scrolling: state is only drawn from it, and the wheel turns faster than React draws.
  const top = useRef(0);
  const set = useRef<number | null>(null);

  const show = useCallback((next: number, scrollTop: number) => {
    top.current = next;
    setView({ top: next, shift: scrollTop - next });
  }, []);

  const moveTo = useCallback(
    (wanted: number) => {
      const element = scroller.current;
      if (!element) return;
      const next = Math.min(map.lastTop, Math.max(0, wanted));
      element.scrollTop = map.toReal(next);
      set.current = element.scrollTop;
      show(next, element.scrollTop);
    },
    [map, scroller, show],
  );

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const own = set.current !== null && Math.abs(element.scrollTop - set.current) < OWN_PX;
    if (own) return;
    set.current = null;
    show(map.toVirtual(element.scrollTop), element.scrollTop);
  }, [map, scroller, show]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const measure = () => setViewHeight(Math.max(0, element.clientHeight - HEADER_PX));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);

  // Fewer rows than before may leave the view below the end.
  useLayoutEffect(() => {
    if (top.current > map.lastTop) moveTo(map.lastTop);
  }, [map, moveTo]);

  // Scaled, a notch of the wheel would jump over rows; here it moves by as much as it says.
  useEffect(() => {
    const element = scroller.current;
    if (!element || !map.scaled) return undefined;
    const wheel = (event: WheelEvent) => {
      if (event.deltaY === 0 || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      moveTo(top.current + event.deltaY * (event.deltaMode === LINE_MODE ? ROW_PX : 1));
      element.scrollLeft += event.deltaX;
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, [map, moveTo, scroller]);

  const reveal = useCallback(
    (row: number) => {
      const start = row * ROW_PX;
      if (start < top.current) moveTo(start);
      else if (start + ROW_PX > top.current + viewHeight) moveTo(start + ROW_PX - viewHeight);
    },
    [moveTo, viewHeight],
  );

  return {
    ...visibleRows(view.top, viewHeight, rows),
    realHeight: map.realHeight,
    /** Where a row stands inside the scrolled element. */
    place: (row: number) => row * ROW_PX + view.shift,
    rowsInView: Math.max(1, Math.floor(viewHeight / ROW_PX)),
    onScroll,
    reveal,
    moveTo,
  };
}
