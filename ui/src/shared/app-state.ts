// The state of the whole app, as the core last told it.
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import type { AppState, ProfileSummary } from "@/ipc/types";

export function useAppState(): AppState {
  const door = useDoor();
  const client = useQueryClient();
  // What the core told meanwhile may be newer than its answer.
  const queryFn = async () => newest(client.getQueryData<AppState>(queryKeys.state), await door.appState());
  return useSuspenseQuery({ queryKey: queryKeys.state, queryFn, staleTime: Infinity }).data;
}

/** Of two states the one that was made later, whichever way each came. */
export function newest(known: AppState | undefined, told: AppState): AppState {
  return known !== undefined && known.number > told.number ? known : told;
}

export function useProfile(id: string): ProfileSummary | undefined {
  return useAppState().profiles.find((profile) => profile.id === id);
}
