// The active cell goes where its column goes when columns are pinned, hidden or shown, and stays in view.
import { useLayoutEffect, useState } from "react";
import type { ShownColumn } from "./grid-columns";
import { at, type Selection } from "./selection";

export function useFollowColumn(
  shown: ShownColumn[],
  active: number,
  setSelection: (how: (now: Selection) => Selection) => void,
  reveal: (column: number) => void,
): void {
  const names = JSON.stringify(shown.map((column) => column.id));
  const [before, setBefore] = useState(names);
  if (names !== before) {
    setBefore(names);
    const id = (JSON.parse(before) as string[])[active];
    const column = Math.max(
      0,
      shown.findIndex((each) => each.id === id),
    );
    setSelection((now) => at(now.active.row, column));
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another order of columns is the reason to look again
  useLayoutEffect(() => reveal(active), [names]);
}
