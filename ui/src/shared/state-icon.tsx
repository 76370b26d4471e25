// A profile's state as a shape and a colour: whoever cannot tell the colours apart still sees the shape.
import type { ReactNode } from "react";
import type { ProfileState } from "@/ipc/types";

const stroke = { fill: "none", stroke: "currentColor", strokeWidth: 1.8, strokeLinecap: "round" } as const;

const SHAPES: Record<ProfileState, { words: string; colour: string; shape: ReactNode }> = {
  never: {
    words: "Never synced",
    colour: "var(--es-muted)",
    shape: <circle cx="7" cy="7" r="4.6" {...stroke} strokeDasharray="2.2 2.6" />,
  },
  up_to_date: {
    words: "Up to date",
    colour: "var(--es-good)",
    shape: (
      <>
        <circle cx="7" cy="7" r="5.5" fill="currentColor" />
        <path d="M4.6 7.200l1.7 1.7 3.2-3.6" {...stroke} stroke="var(--mantine-color-body)" strokeWidth={1.6} />
      </>
    ),
  },
  syncing: {
    words: "Syncing",
    colour: "var(--es-accent)",
    shape: (
      <>
        <circle cx="7" cy="7" r="4.7" {...stroke} />
        <path d="M7 2.300a4.7 4.7 0 0 1 0 9.400z" fill="currentColor" />
      </>
    ),
  },
  paused: {
    words: "Paused",
    colour: "var(--es-muted)",
    shape: <path d="M4.7 3v8M9.3 3v8" {...stroke} strokeWidth={2.2} />,
  },
  stopped: {
    words: "Stopped",
    colour: "var(--es-muted)",
    shape: <rect x="2.6" y="2.6" width="8.8" height="8.8" rx="1.4" {...stroke} />,
  },
  offline: {
    words: "Offline",
    colour: "var(--es-muted)",
    shape: (
      <>
        <circle cx="7" cy="7" r="4.7" {...stroke} />
        <path d="M3.8 10.200l6.4-6.4" {...stroke} />
      </>
    ),
  },
  retrying: {
    words: "Trying again",
    colour: "var(--es-warn)",
    shape: (
      <>
        <path d="M11.600 7a4.6 4.6 0 1 1-1.500-3.400" {...stroke} />
        <path d="M10.300 1.200v2.600h-2.600" {...stroke} strokeLinejoin="round" />
      </>
    ),
  },
  needs_you: {
    words: "Needs you",
    colour: "var(--es-warn)",
    shape: (
      <>
        <path d="M7 1.400l6 11H1z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />
        <path d="M7 5.500v3M7 10.500v.01" {...stroke} stroke="var(--mantine-color-body)" strokeWidth={1.5} />
      </>
    ),
  },
  failed: {
    words: "Failed",
    colour: "var(--es-bad)",
    shape: (
      <>
        <rect x="1.5" y="1.5" width="11" height="11" rx="2" fill="currentColor" />
        <path
          d="M4.7 4.700l4.6 4.600M9.3 4.700L4.7 9.3"
          {...stroke}
          stroke="var(--mantine-color-body)"
          strokeWidth={1.6}
        />
      </>
    ),
  },
};

/** Up to date, but with documents held back: green would say too much. */
const HELD = {
  colour: "var(--es-warn)",
  shape: (
    <>
      <circle cx="7" cy="7" r="5.5" fill="currentColor" />
      <path d="M7 3.8v3.6M7 10v.01" {...stroke} stroke="var(--mantine-color-body)" strokeWidth={1.7} />
    </>
  ),
};

export function stateWords(state: ProfileState): string {
  return SHAPES[state].words;
}

type Props = { state: ProfileState; held?: boolean; size?: number };

export function StateIcon({ state, held = false, size = 14 }: Props) {
  const { shape, colour } = held && state === "up_to_date" ? HELD : SHAPES[state];
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" style={{ color: colour, flex: "none" }} aria-hidden="true">
      {shape}
    </svg>
  );
}
