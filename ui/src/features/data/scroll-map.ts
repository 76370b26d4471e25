// Where rows stand while scrolling. Web views limit an element's height (WebKit to about 17 million pixels), and a
// million rows are taller; so the real scroll range is at most `MOST_PX`, and positions in it are scaled. Pure.

export const ROW_PX = 30;

/** Well below what any web view allows, and far above what a scroll bar's thumb can tell apart. */
const MOST_PX = 8_000_000;

export type ScrollMap = {
  /** Height of the element that is scrolled. */
  realHeight: number;
  scaled: boolean;
  /** The topmost position, in rows' own pixels. */
  lastTop: number;
  toVirtual: (scrollTop: number) => number;
  toReal: (top: number) => number;
};

export function scrollMap(rows: number, viewHeight: number): ScrollMap {
  const height = rows * ROW_PX;
  const realHeight = Math.min(height, MOST_PX);
  const lastTop = Math.max(0, height - viewHeight);
  const lastReal = Math.max(0, realHeight - viewHeight);
  const factor = lastReal === 0 ? 1 : lastTop / lastReal;
  return {
    realHeight,
    scaled: height > MOST_PX,
    lastTop,
    toVirtual: (scrollTop) => Math.min(lastTop, scrollTop * factor),
    toReal: (top) => top / factor,
  };
}

/** Rows drawn beyond each edge, so that a fast wheel meets rows and no gap. */
const OVERSCAN = 6;

export function visibleRows(top: number, viewHeight: number, rows: number): { first: number; last: number } {
  const first = Math.max(0, Math.floor(top / ROW_PX) - OVERSCAN);
  const last = Math.min(rows - 1, Math.ceil((top + viewHeight) / ROW_PX) + OVERSCAN);
  return { first, last };
}
