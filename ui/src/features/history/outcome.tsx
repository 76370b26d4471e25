// How a run ended: shape, colour and word.
import type { RunOutcome } from "@/ipc/types";
import classes from "./history.module.css";

const WORDS: Record<RunOutcome, { word: string; colour: string; path: string }> = {
  running: { word: "Running", colour: "var(--es-accent)", path: "M7 2.500a4.5 4.5 0 1 1-4.5 4.5" },
  succeeded: { word: "Good", colour: "var(--es-good)", path: "M3 7.500l2.8 2.800L11 4.3" },
  quarantined: { word: "Good, with quarantine", colour: "var(--es-warn)", path: "M7 2.500l5 9H2zM7 6v2.5" },
  failed: { word: "Failed", colour: "var(--es-bad)", path: "M3.5 3.500l7 7M10.5 3.500l-7 7" },
  cancelled: { word: "Stopped", colour: "var(--es-muted)", path: "M4 4h6v6H4z" },
  interrupted: { word: "Interrupted", colour: "var(--es-bad)", path: "M2.5 7h3M8.5 7h3M7 3v2M7 9v2" },
};

export function Outcome({ outcome }: { outcome: RunOutcome }) {
  const { word, colour, path } = WORDS[outcome];
  return (
    <span className={classes.outcome}>
      <svg
        width="14"
        height="14"
        viewBox="0 0 14 14"
        fill="none"
        stroke={colour}
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        <path d={path} />
      </svg>
      {word}
    </span>
  );
}
