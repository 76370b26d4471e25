// The form's description, asked for once.
import { useQuery } from "@tanstack/react-query";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";

export function useProfileForm() {
  const door = useDoor();
  return useQuery({ queryKey: queryKeys.form, queryFn: () => door.profileForm() });
}
