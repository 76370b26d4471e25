// Exporting all rows of a view to CSV: what will be in the file, progress, Stop, where it lies.
import { Button, Group, List, Modal, Progress, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { asIpcError } from "@/ipc/door";
import { useDoor } from "@/ipc/door-context";
import type { ExportDone, ExportProgress, GridQuery } from "@/ipc/types";
import { count, counted } from "@/shared/format";
import { ErrorNote } from "@/shared/states";

type Props = {
  opened: boolean;
  close: () => void;
  id: string;
  title: string;
  query: GridQuery;
  rows: number | null;
  columns: number;
};
type State =
  | { at: "ready" }
  | { at: "running"; progress: ExportProgress | null; stopping: boolean }
  | { at: "done"; done: ExportDone }
  | { at: "failed"; error: unknown };

export function ExportDialog(props: Props) {
  const door = useDoor();
  const [state, setState] = useState<State>({ at: "ready" });
  const stop = () => {
    setState((now) => (now.at === "running" ? { ...now, stopping: true } : now));
    void door.cancelExport();
  };
  const close = () => {
    if (state.at === "running") return stop();
    setState({ at: "ready" });
    props.close();
  };
  const start = async () => {
    setState({ at: "running", progress: null, stopping: false });
    try {
      const done = await door.exportCsv(props.id, props.query, (progress) =>
        setState((now) => (now.at === "running" ? { ...now, progress } : now)),
      );
      // None: the person closed the dialog that asks where the file goes.
      setState(done ? { at: "done", done } : { at: "ready" });
    } catch (error) {
      setState(asIpcError(error).code === "cancelled" ? { at: "ready" } : { at: "failed", error });
    }
  };
  return (
    <Modal
      opened={props.opened}
      onClose={close}
      title={`Export ${props.title} to CSV`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack>
        <Body state={state} {...props} />
        <Group justify="flex-end">
          {state.at === "running" ? (
            <Button variant="default" onClick={stop} disabled={state.stopping}>
              {state.stopping ? "Stopping" : "Stop"}
            </Button>
          ) : (
            <Button variant="default" onClick={close}>
              {state.at === "done" ? "Close" : "Cancel"}
            </Button>
          )}
          {(state.at === "ready" || state.at === "failed") && (
            <Button data-autofocus onClick={() => void start()}>
              Choose where, and export
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function Body({ state, rows, columns, query }: Props & { state: State }) {
  switch (state.at) {
    case "ready":
      return (
        <>
          <Text>
            {rows === null ? "All rows" : counted(rows, "row")}, {counted(columns, "column")}
            {query.filters.length > 0 && ", filtered as shown"}
            {query.sort.length > 0 && ", sorted as shown"}.
          </Text>
          <List size="sm" spacing={4}>
            <List.Item>UTF-8 with BOM, so that Excel reads accents right.</List.Item>
            <List.Item>
              Text that begins like a formula gets an apostrophe, so that nothing runs when it is opened.
            </List.Item>
            <List.Item>Numbers are unchanged, digit for digit. Excel itself rounds beyond 15 digits.</List.Item>
          </List>
        </>
      );
    case "running":
      return <Running progress={state.progress} />;
    case "done":
      return (
        <div role="status">
          <Text>{counted(state.done.rows, "row")} written to</Text>
          <Text fw={500} style={{ overflowWrap: "anywhere" }}>
            {state.done.path}
          </Text>
        </div>
      );
    case "failed":
      return <ErrorNote error={state.error} />;
  }
}

function Running({ progress }: { progress: ExportProgress | null }) {
  const share = progress?.of ? (progress.rows / progress.of) * 100 : 100;
  return (
    <div>
      <Progress value={share} animated={!progress?.of} aria-label="Export" />
      <Text mt={8} className="muted">
        {progress === null
          ? "Choose where the file goes."
          : progress.of === null
            ? counted(progress.rows, "row")
            : `${count(progress.rows)} of ${counted(progress.of, "row")}`}
      </Text>
    </div>
  );
}
