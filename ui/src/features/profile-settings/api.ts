// A profile as it is written down.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import { useProfile } from "@/shared/app-state";
import { markOld } from "@/shared/mark-old";

export function useProfileDetail(id: string) {
  const door = useDoor();
  const client = useQueryClient();
  const told = useProfile(id)?.stamp;
  // Not kept once the page is left: the profile may be changed elsewhere before it is opened again.
  const detail = useQuery({ queryKey: queryKeys.detail(id), queryFn: () => door.profileDetail(id), gcTime: 0 });
  const known = detail.data?.draft.stamp;
  useEffect(() => {
    // Of what is known nothing yet, the answer is under way.
    if (known !== undefined && told !== undefined && known !== told) void markOld(client, queryKeys.detail(id));
  }, [client, id, known, told]);
  return detail;
}
