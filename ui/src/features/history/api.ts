// Runs, their logs and the quarantine.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
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
