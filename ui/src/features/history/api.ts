// Runs, their logs and the quarantine.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { MOST_RUNS } from "@/ipc/door";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import { markOld } from "@/shared/mark-old";

export function useRuns(id: string, limit: number) {
  const door = useDoor();
  return useQuery({
    queryKey: queryKeys.runs(id, limit),
    queryFn: () => door.runs(id, limit),
    placeholderData: keepPreviousData,
  });
}

/** Most runs that are looked at are among these. */
const RECENT = 1000;

/** One run: one that was linked to, or is far down, may be older than the list shows. */
export function useRun(id: string, runId: string) {
  const [limit, setLimit] = useState(RECENT);
  const { data, isPlaceholderData } = useRuns(id, limit);
  const run = data?.find((each) => each.runId === runId);
  const isMissing = data !== undefined && !run && !isPlaceholderData;
  const hasMore = limit < MOST_RUNS && data?.length === limit;
  if (isMissing && hasMore) setLimit(MOST_RUNS);
  return { run, isGone: isMissing && !hasMore };
}

export function useRunLog(id: string, runId: string) {
  const door = useDoor();
  return useQuery({ queryKey: queryKeys.runLog(id, runId), queryFn: () => door.runLog(id, runId) });
}

export function useQuarantine(id: string, enabled = true) {
  const door = useDoor();
  return useQuery({ queryKey: queryKeys.quarantine(id), queryFn: () => door.quarantine(id), enabled });
}

export function useQuarantineActions(id: string) {
  const door = useDoor();
  const client = useQueryClient();
  // The Overview counts them too.
  const onSettled = () => markOld(client, queryKeys.profile(id));
  return {
    retry: useMutation({ mutationFn: (entries: number[]) => door.quarantineRetry(id, entries), onSettled }),
    close: useMutation({ mutationFn: (entries: number[]) => door.quarantineClose(id, entries), onSettled }),
  };
}
