// What happened: runs, each with its log; and the documents that could not be stored.
import { SegmentedControl } from "@mantine/core";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { useProfile } from "@/shared/app-state";
import { count } from "@/shared/format";
import { routes } from "@/shared/routes";
import { useQuarantine } from "./api";
import classes from "./history.module.css";
import { Quarantine } from "./quarantine";
import { RunPanel } from "./run-panel";
import { Runs } from "./runs";

export function HistoryPage() {
  const { id = "", runId } = useParams();
  const profile = useProfile(id);
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const quarantine = search.get("show") === "quarantine" && runId === undefined;
  const list = useQuarantine(id, quarantine);
  if (!profile) return null;
  // The list that is shown knows first what was closed.
  const held = quarantine && list.data ? list.data.length : profile.openQuarantine;
  return (
    <div className={classes.page}>
      <div className={classes.bar}>
        <SegmentedControl
          aria-label="What to show"
          size="xs"
          value={quarantine ? "quarantine" : "runs"}
          onChange={(next) =>
            void navigate(next === "quarantine" ? routes.quarantine(id) : routes.profile(id, "history"))
          }
          data={[
            { value: "runs", label: "Runs" },
            { value: "quarantine", label: held === 0 ? "Quarantine" : `Quarantine (${count(held)})` },
          ]}
        />
      </div>
      {quarantine ? (
        <Quarantine id={id} />
      ) : (
        <div className={classes.split} data-open={runId !== undefined || undefined}>
          <Runs id={id} selected={runId ?? null} />
          {runId !== undefined && <RunPanel key={runId} id={id} runId={runId} />}
        </div>
      )}
    </div>
  );
}
