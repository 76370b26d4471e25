// What the Overview shows.
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import type { ProfileState } from "@/ipc/types";
import { useNow } from "@/shared/use-now";

/** Counting costs the database little, but not nothing. */
const WHILE_SYNCING_MS = 10_000;
/** Nobody tells what becomes of a paused profile's database. */
const WHILE_PAUSED_MS = 30_000;

export function useOverview(id: string, state: ProfileState | undefined) {
  const door = useDoor();
  const overview = useQuery({
    queryKey: queryKeys.overview(id),
    queryFn: () => door.overview(id),
    refetchInterval: state === "syncing" ? WHILE_SYNCING_MS : state === "paused" && WHILE_PAUSED_MS,
  });
  // The core counts by day, so with a new day there is something new even if nothing was synced.
  const midnight = new Date(useNow()).setHours(0, 0, 0, 0);
  const isOfYesterday = overview.isSuccess && overview.dataUpdatedAt < midnight;
  const { refetch } = overview;
  useEffect(() => {
    if (isOfYesterday) void refetch();
  }, [isOfYesterday, refetch]);
  return overview;
}
