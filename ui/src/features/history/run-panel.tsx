// One run: its figures, why it failed, its log.
import { CloseButton } from "@mantine/core";
import { useNavigate } from "react-router";
import { Facts } from "@/shared/facts";
import { absolute, bytes, count, duration } from "@/shared/format";
import { LogList } from "@/shared/log-list";
import { routes } from "@/shared/routes";
import { Empty, ErrorNote, Loading } from "@/shared/states";
import { useRun, useRunLog } from "./api";
import classes from "./history.module.css";
import { Outcome } from "./outcome";
import { figureOf, kindOf } from "./run-words";

export function RunPanel({ id, runId }: { id: string; runId: string }) {
  const navigate = useNavigate();
  const { run, isGone } = useRun(id, runId);
  const log = useRunLog(id, runId);
  const figure = figureOf(run);
  return (
    <section className={classes.panel} aria-label="Run">
      <div className={classes.panelHead}>
        <h2>{run ? absolute(run.started) : "Run"}</h2>
        <CloseButton aria-label="Close the run" onClick={() => void navigate(routes.profile(id, "history"))} />
      </div>
      {isGone && <Empty title="This run is not in the history any more" />}
      {run && (
        <>
          {run.error && <ErrorNote error={run.error} />}
          <Facts
            facts={[
              ["Result", <Outcome key="outcome" outcome={run.outcome} />],
              ["Took", figure(duration(run.durationMs))],
              ["Documents", figure(count(run.documents))],
              ["Pages", figure(count(run.pages))],
              ["Read", figure(bytes(run.bytes))],
              ["Quarantined", figure(count(run.quarantined))],
              ["Removed", figure(count(run.removed))],
              ["Kind", kindOf(run)],
            ]}
          />
        </>
      )}
      <h3>Log</h3>
      {log.isPending && <Loading label="Loading the log" />}
      {log.error && <ErrorNote error={log.error} />}
      {log.data && <LogList lines={log.data} />}
      {log.data?.length === 0 && (
        <p className="muted">
          The app keeps its log for about 60 MB. A run of the command line is in that one's own log.
        </p>
      )}
    </section>
  );
}
