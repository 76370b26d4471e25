// Thousands of lines, of which only the visible ones exist. Stays at the end while the end is in view.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef } from "react";
import type { LogLine } from "@/ipc/types";
import { LogRow } from "@/shared/log-list";
import classes from "./activity.module.css";

const LINE = 24;

export function LogLines({ lines, names }: { lines: LogLine[]; names: ReadonlyMap<string, string> }) {
  const scroller = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    getItemKey: (index) => lines[index]?.seq ?? index,
    overscan: 20,
  });
  const last = lines.at(-1)?.seq;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line is the reason to scroll
  useLayoutEffect(() => {
    if (following.current) virtual.scrollToIndex(lines.length - 1, { align: "end" });
  }, [last, lines.length, virtual]);
  return (
    <div
      ref={scroller}
      className={classes.lines}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
      tabIndex={0}
      role="log"
      aria-label="Log"
      aria-live="off"
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        following.current = scrollHeight - scrollTop - clientHeight < LINE * 2;
      }}
    >
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index];
          return (
            line && (
              <div
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                className={classes.row}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <LogRow line={line} profile={line.profile === null ? "" : (names.get(line.profile) ?? line.profile)} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}
