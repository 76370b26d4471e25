// What can be done to a profile from several places; a failure is told, never swallowed.
import { useMemo } from "react";
import { useDoor } from "@/ipc/door-context";
import type { PauseFor } from "@/ipc/types";
import { tellFailure } from "./notify";

export function useProfileActions() {
  const door = useDoor();
  return useMemo(() => {
    const attempt = (work: Promise<unknown>) => void work.catch(tellFailure);
    return {
      sync: (id: string) => attempt(door.syncNow(id, false, false)),
      stop: (id: string) => attempt(door.stopSync(id)),
      pause: (id: string | null, duration: PauseFor) => attempt(door.pause(id, duration)),
      resume: (id: string | null) => attempt(door.resume(id)),
      openFolder: (id: string) => attempt(door.openDatabaseFolder(id)),
    };
  }, [door]);
}
