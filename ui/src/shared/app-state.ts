// The state of the whole app, as the core last told it.
import { useSuspenseQuery } from "@tanstack/react-query";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import type { AppState, ProfileSummary } from "@/ipc/types";

export function useAppState(): AppState {
  const door = useDoor();
  return useSuspenseQuery({ queryKey: queryKeys.state, queryFn: () => door.appState(), staleTime: Infinity }).data;
}

export function useProfile(id: string): ProfileSummary | undefined {
  return useAppState().profiles.find((profile) => profile.id === id);
}
