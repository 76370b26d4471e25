// A profile as it is written down.
import { useQuery } from "@tanstack/react-query";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";

export function useProfileDetail(id: string) {
  const door = useDoor();
  return useQuery({ queryKey: queryKeys.detail(id), queryFn: () => door.profileDetail(id) });
}
