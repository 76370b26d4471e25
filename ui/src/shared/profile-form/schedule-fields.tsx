// When a profile runs: every so many minutes, once a day, or only by hand; and what may bend that.
import { Checkbox, SegmentedControl, Stack, TextInput } from "@mantine/core";
import type { ScheduleDraft } from "@/ipc/types";
import { NumberField } from "../number-field";
import { NIGHTLY, SCHEDULE_FIELDS } from "./draft";
import classes from "./profile-form.module.css";
import type { ProfileEditor } from "./use-profile-editor";

type Mode = "minutes" | "daily" | "hand";
/** What is a time of day. */
type TimeName = "dailyAt" | "withinFrom" | "withinUntil" | "fullRefreshAt";

function modeOf(schedule: ScheduleDraft): Mode {
  if (schedule.everyMinutes !== null) return "minutes";
  return schedule.dailyAt !== null ? "daily" : "hand";
}

export function ScheduleFields({ editor }: { editor: ProfileEditor }) {
  const { schedule } = editor.draft;
  const mode = modeOf(schedule);
  const change = (patch: Partial<ScheduleDraft>) => editor.change({ schedule: { ...schedule, ...patch } });
  const common = (name: keyof typeof SCHEDULE_FIELDS) => ({
    "data-field": SCHEDULE_FIELDS[name],
    error: editor.problems[SCHEDULE_FIELDS[name]],
  });
  const time = (name: TimeName) => ({
    ...common(name),
    value: schedule[name],
    onChange: (value: string) => change({ [name]: value }),
  });
  const setMode = (next: Mode) =>
    change({
      everyMinutes: next === "minutes" ? 10 : null,
      dailyAt: next === "daily" ? "06:30" : null,
      ...(next === "minutes" ? {} : { withinFrom: null, withinUntil: null }),
    });
  const within = schedule.withinFrom !== null;
  return (
    <Stack gap="md">
      <SegmentedControl
        aria-label="When to sync"
        value={mode}
        onChange={(next) => setMode(next as Mode)}
        data={[
          { value: "minutes", label: "Every few minutes" },
          { value: "daily", label: "Once a day" },
          { value: "hand", label: "Only by hand" },
        ]}
      />
      {mode === "minutes" && (
        <>
          <NumberField
            label="Minutes between two syncs"
            {...common("everyMinutes")}
            min={1}
            max={10080}
            w={220}
            value={schedule.everyMinutes ?? 10}
            onChange={(everyMinutes) => change({ everyMinutes })}
          />
          <Checkbox
            label="Only during these hours"
            checked={within}
            onChange={(event) =>
              change(
                event.currentTarget.checked
                  ? { withinFrom: "07:00", withinUntil: "19:00" }
                  : { withinFrom: null, withinUntil: null },
              )
            }
          />
          {within && (
            <div className={classes.row}>
              <Time label="From" {...time("withinFrom")} />
              <Time label="Until" {...time("withinUntil")} />
            </div>
          )}
        </>
      )}
      {mode === "daily" && <Time label="At" {...time("dailyAt")} />}
      <Checkbox
        label="When the app starts"
        checked={schedule.onStart}
        onChange={(event) => change({ onStart: event.currentTarget.checked })}
      />
      <Checkbox
        label="When the computer wakes"
        checked={schedule.onWake}
        onChange={(event) => change({ onWake: event.currentTarget.checked })}
      />
      <Checkbox
        label="Read everything again once a day"
        description="With calculated fields: Execute does not send a document again when only a calculated value changed."
        checked={schedule.fullRefreshAt !== null}
        onChange={(event) => change({ fullRefreshAt: event.currentTarget.checked ? NIGHTLY : null })}
      />
      {schedule.fullRefreshAt !== null && <Time label="Full refresh at" {...time("fullRefreshAt")} />}
    </Stack>
  );
}

type TimeProps = {
  label: string;
  "data-field": string;
  error: string | undefined;
  value: string | null;
  onChange: (value: string) => void;
};

function Time({ value, onChange, ...others }: TimeProps) {
  return (
    <TextInput
      {...others}
      type="time"
      w={160}
      value={value ?? ""}
      onChange={(event) => event.currentTarget.value !== "" && onChange(event.currentTarget.value)}
    />
  );
}

/** The schedule as a person would say it. */
export function scheduleWords(schedule: ScheduleDraft): string {
  const within = schedule.withinFrom ? `from ${schedule.withinFrom} until ${schedule.withinUntil}` : null;
  const regular =
    schedule.everyMinutes !== null
      ? [`Every ${schedule.everyMinutes} min`, within]
      : [schedule.dailyAt !== null ? `Every day at ${schedule.dailyAt}` : "Only by hand"];
  const also = [schedule.onStart && "when the app starts", schedule.onWake && "when the computer wakes"];
  return [...regular, ...also].filter(Boolean).join(", ");
}

/** When everything is read again. */
export function refreshWords({ fullRefreshAt }: ScheduleDraft): string {
  return fullRefreshAt === null ? "Only by hand" : `Every day at ${fullRefreshAt}`;
}
