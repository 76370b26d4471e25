// The live log. New lines are added by the `log` event, see `app/state-sync`.
import { useQuery } from "@tanstack/react-query";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";

export function useActivity() {
  const door = useDoor();
  return useQuery({ queryKey: queryKeys.activity, queryFn: () => door.activity(0) });
}
