// The live log of everything, newest at the end, with filters; and diagnostics to hand on.
import { Button, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useDoor } from "@/ipc/door-context";
import { useAppState } from "@/shared/app-state";
import { copyDiagnostics } from "@/shared/diagnostics";
import { absolute, counted } from "@/shared/format";
import { CopyIcon } from "@/shared/icons";
import { tellFailure } from "@/shared/notify";
import { PageTitle } from "@/shared/page";
import { Empty, ErrorNote, Loading } from "@/shared/states";
import classes from "./activity.module.css";
import { useActivity } from "./api";
import { type Level, type LogFilter, runsIn, shown } from "./filter";
import { LogLines } from "./log-lines";
import { SaveBundle } from "./save-bundle";

const ALL: LogFilter = { level: "info", profile: null, runId: null, text: "" };

export function ActivityPage() {
  const activity = useActivity();
  const { profiles } = useAppState();
  const [filter, setFilter] = useState(ALL);
  const change = (patch: Partial<LogFilter>) => setFilter((now) => ({ ...now, ...patch }));
  const lines = useMemo(() => activity.data?.filter((line) => shown(line, filter)) ?? [], [activity.data, filter]);
  const names = useMemo(() => new Map(profiles.map((profile) => [profile.id, profile.name])), [profiles]);
  const runs = useMemo(
    () =>
      runsIn(activity.data ?? [], filter.profile).map(({ runId, at, profile }) => ({
        value: runId,
        label: [absolute(at), names.get(profile ?? "")].filter(Boolean).join(" · "),
      })),
    [activity.data, filter.profile, names],
  );
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <PageTitle>Activity</PageTitle>
        <div className={classes.tools}>
          <CopyDiagnostics />
          <SaveBundle />
        </div>
      </div>
      <div className={classes.filters}>
        <SegmentedControl
          size="xs"
          aria-label="Level"
          value={filter.level}
          onChange={(level) => change({ level: level as Level })}
          data={[
            { value: "debug", label: "Everything" },
            { value: "info", label: "Info" },
            { value: "warn", label: "Warnings" },
            { value: "error", label: "Errors" },
          ]}
        />
        <Select
          size="xs"
          aria-label="Profile"
          placeholder="All profiles"
          clearable
          clearButtonProps={{ "aria-label": "All profiles" }}
          data={profiles.map((profile) => ({ value: profile.id, label: profile.name }))}
          value={filter.profile}
          onChange={(profile) => change({ profile, runId: null })}
        />
        <Select
          size="xs"
          aria-label="Run"
          placeholder="All runs"
          w={200}
          comboboxProps={{ width: 360, position: "bottom-start" }}
          clearable
          searchable
          clearButtonProps={{ "aria-label": "All runs" }}
          limit={200}
          data={runs}
          value={filter.runId}
          onChange={(runId) => change({ runId })}
        />
        <TextInput
          size="xs"
          aria-label="Text"
          placeholder="Find text"
          value={filter.text}
          onChange={(event) => change({ text: event.currentTarget.value })}
        />
        <span className="muted">{counted(lines.length, "line")}</span>
      </div>
      {activity.error && <ErrorNote error={activity.error} />}
      {activity.isPending && <Loading label="Loading the log" />}
      {activity.data && lines.length === 0 && (
        <Empty title={activity.data.length === 0 ? "Nothing happened yet" : "No line matches"}>
          {activity.data.length === 0
            ? "What the app does appears here as it happens."
            : "Widen the level or clear a filter."}
        </Empty>
      )}
      {lines.length > 0 && <LogLines lines={lines} names={names} />}
    </div>
  );
}

function CopyDiagnostics() {
  const door = useDoor();
  const copy = useMutation({ mutationFn: () => copyDiagnostics(door), onError: tellFailure });
  return (
    <Button variant="default" leftSection={<CopyIcon />} loading={copy.isPending} onClick={() => copy.mutate()}>
      Copy diagnostics
    </Button>
  );
}
