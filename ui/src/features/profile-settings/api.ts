// A profile as it is written down.
import { useQuery } from "@tanstack/react-query";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";

export function useProfileDetail(id: string) {
  const door = useDoor();
  // Not kept once the page is left: the profile may be changed elsewhere before it is opened again.
  return useQuery({ queryKey: queryKeys.detail(id), queryFn: () => door.profileDetail(id), gcTime: 0 });
}
