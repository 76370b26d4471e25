// The runs, newest first.
import { Button } from "@mantine/core";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { MOST_RUNS } from "@/ipc/door";
import type { RunView } from "@/ipc/types";
import { bytes, count, duration } from "@/shared/format";
import { routes } from "@/shared/routes";
import { Empty, ErrorNote, Loading } from "@/shared/states";
import { Time } from "@/shared/time";
import { useRuns } from "./api";
import classes from "./history.module.css";
import { Outcome } from "./outcome";
import { figureOf, kindOf } from "./run-words";

/** A few screens of runs; more on request. */
const STEP = 100;

export function Runs({ id, selected }: { id: string; selected: string | null }) {
  const [limit, setLimit] = useState(STEP);
  const runs = useRuns(id, limit);
  if (runs.error) {
    return (
      <div className={classes.list}>
        <ErrorNote error={runs.error} />
      </div>
    );
  }
  if (!runs.data) return <Loading label="Loading the runs" />;
  if (runs.data.length === 0) return <Empty title="No runs yet">Each sync leaves a line here.</Empty>;
  return (
    <div className={classes.list}>
      <table className={classes.runs}>
        <thead>
          <tr>
            <th scope="col">Began</th>
            <th scope="col">Result</th>
            <th scope="col" className={classes.number}>
              Documents
            </th>
            <th scope="col" className={`${classes.number} ${classes.wide}`}>
              Read
            </th>
            <th scope="col" className={`${classes.number} ${classes.wide}`}>
              Took
            </th>
            <th scope="col" className={classes.wide}>
              Kind
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.data.map((run) => (
            <Row key={run.runId} id={id} run={run} selected={run.runId === selected} />
          ))}
        </tbody>
      </table>
      {runs.data.length === limit && limit < MOST_RUNS && (
        <Button className={classes.more ?? ""} variant="default" size="xs" onClick={() => setLimit(limit + STEP)}>
          Show more
        </Button>
      )}
    </div>
  );
}

function Row({ id, run, selected }: { id: string; run: RunView; selected: boolean }) {
  const navigate = useNavigate();
  const to = routes.run(id, run.runId);
  const figure = figureOf(run);
  return (
    // The link in the first cell is the way for keyboard and screen reader; the row is a larger target for the mouse.
    <tr data-selected={selected || undefined} onClick={() => void navigate(to)}>
      <td>
        <Link to={to} className={classes.runLink ?? ""} {...(selected ? { "aria-current": true } : {})}>
          <Time at={run.started} />
        </Link>
      </td>
      <td>
        <Outcome outcome={run.outcome} />
      </td>
      <td className={classes.number}>{figure(count(run.documents))}</td>
      <td className={`${classes.number} ${classes.wide}`}>{figure(bytes(run.bytes))}</td>
      <td className={`${classes.number} ${classes.wide}`}>{figure(duration(run.durationMs))}</td>
      <td className={classes.wide}>{kindOf(run)}</td>
    </tr>
  );
}
