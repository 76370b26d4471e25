// The live log of everything, newest at the end, with filters; and diagnostics to hand on.
import { Button, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useDoor } from "@/ipc/door-context";
import { useAppState } from "@/shared/app-state";
import { counted } from "@/shared/format";
import { CopyIcon } from "@/shared/icons";
import { tell, tellFailure } from "@/shared/notify";
import { PageTitle } from "@/shared/page";
import { Empty, ErrorNote, Loading } from "@/shared/states";
import classes from "./activity.module.css";
import { useActivity } from "./api";
import { type Level, type LogFilter, shown } from "./filter";
import { LogLines } from "./log-lines";

const ALL: LogFilter = { level: "info", profile: null, runId: null, text: "" };

export function ActivityPage() {
  const activity = useActivity();
  const { profiles } = useAppState();
  const [filter, setFilter] = useState(ALL);
  const change = (patch: Partial<LogFilter>) => setFilter((now) => ({ ...now, ...patch }));
  const lines = useMemo(() => activity.data?.filter((line) => shown(line, filter)) ?? [], [activity.data, filter]);
  const runs = useMemo(() => {
    const ofProfile = activity.data?.filter((line) => filter.profile === null || line.profile === filter.profile) ?? [];
    return [...new Set(ofProfile.flatMap((line) => line.runId ?? []))].reverse();
  }, [activity.data, filter.profile]);
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <PageTitle>Activity</PageTitle>
        <CopyDiagnostics />
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
          w={150}
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
      {lines.length > 0 && <LogLines lines={lines} names={new Map(profiles.map((p) => [p.id, p.name]))} />}
    </div>
  );
}

function CopyDiagnostics() {
  const door = useDoor();
  const copy = useMutation({
    mutationFn: async () => navigator.clipboard.writeText(await door.copyDiagnostics()),
    onSuccess: () => tell("Diagnostics copied. They hold no secrets."),
    onError: tellFailure,
  });
  return (
    <Button variant="default" leftSection={<CopyIcon />} loading={copy.isPending} onClick={() => copy.mutate()}>
      Copy diagnostics
    </Button>
  );
}
