// What the Overview shows.
import { useQuery } from "@tanstack/react-query";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";

export function useOverview(id: string) {
  const door = useDoor();
  return useQuery({ queryKey: queryKeys.overview(id), queryFn: () => door.overview(id) });
}
