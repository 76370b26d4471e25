// Key pairs.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import { markOld } from "@/shared/mark-old";

export function useKeys() {
  const door = useDoor();
  return useQuery({ queryKey: queryKeys.keys, queryFn: () => door.keys() });
}

export function useDeleteKey() {
  const door = useDoor();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => door.deleteKey(id),
    onSuccess: () => markOld(client, queryKeys.keys),
  });
}
