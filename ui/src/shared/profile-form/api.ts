// The form's description, asked for once; and where a new profile's database would go.
import { useQuery } from "@tanstack/react-query";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";

export function useProfileForm() {
  const door = useDoor();
  return useQuery({ queryKey: queryKeys.form, queryFn: () => door.profileForm() });
}

/** Empty while it is not known, or not wanted. */
export function useDefaultDatabase(name: string, wanted: boolean): string {
  const door = useDoor();
  const query = { queryKey: queryKeys.defaultDatabase(name), queryFn: () => door.defaultDatabase(name) };
  const { data } = useQuery({ ...query, enabled: wanted });
  return wanted ? (data ?? "") : "";
}
