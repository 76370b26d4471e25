// What the Overview shows.
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import { useNow } from "@/shared/use-now";

export function useOverview(id: string) {
  const door = useDoor();
  const overview = useQuery({ queryKey: queryKeys.overview(id), queryFn: () => door.overview(id) });
  // The core counts by day, so with a new day there is something new even if nothing was synced.
  const midnight = new Date(useNow()).setHours(0, 0, 0, 0);
  const isOfYesterday = overview.isSuccess && overview.dataUpdatedAt < midnight;
  const { refetch } = overview;
  useEffect(() => {
    if (isOfYesterday) void refetch();
  }, [isOfYesterday, refetch]);
  return overview;
}
