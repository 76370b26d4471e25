// The state of the whole app, as the core last told it.
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import type { AppState, ProfileSummary } from "@/ipc/types";

export function useAppState(): AppState {
  return usePartOfState(whole);
}

const whole = (state: AppState) => state;

/** A part of it. While a sync goes on the state is told twice a second: who needs a part is drawn anew for that part alone. */
export function usePartOfState<T>(part: (state: AppState) => T): T {
  const door = useDoor();
  const client = useQueryClient();
  // What the core told meanwhile may be newer than its answer.
  const queryFn = async () => newest(client.getQueryData<AppState>(queryKeys.state), await door.appState());
  return useSuspenseQuery({ queryKey: queryKeys.state, queryFn, staleTime: Infinity, select: part }).data;
}

/** Of two states the one that was made later, whichever way each came. */
export function newest(known: AppState | undefined, told: AppState): AppState {
  return known !== undefined && known.number > told.number ? known : told;
}

export function useProfile(id: string): ProfileSummary | undefined {
  return usePartOfState((state) => state.profiles.find((profile) => profile.id === id));
}
