// Lines of the log as people read them: when, how bad, what.
import type { LogLine } from "@/ipc/types";
import { absolute, clock } from "./format";
import classes from "./log-list.module.css";

const LEVELS: Record<string, string> = { error: "Error", warn: "Warning", info: "Info", debug: "Debug" };

export function LogRow({ line, profile }: { line: LogLine; profile?: string }) {
  return (
    <div className={classes.line} data-profile={profile !== undefined || undefined}>
      <time className="muted" dateTime={line.at} title={absolute(line.at)}>
        {clock(line.at)}
      </time>
      <span className={classes.level} data-level={line.level}>
        {LEVELS[line.level] ?? line.level}
      </span>
      {profile !== undefined && <span className={`muted ${classes.ellipsis}`}>{profile}</span>}
      <span className={classes.text}>{line.text}</span>
    </div>
  );
}

export function LogList({ lines }: { lines: LogLine[] }) {
  if (lines.length === 0) return <p className="muted">Nothing was logged.</p>;
  return (
    <ul className={classes.list}>
      {lines.map((line) => (
        <li key={line.seq}>
          <LogRow line={line} />
        </li>
      ))}
    </ul>
  );
}
