// What can be done to a profile from several places; a failure is told, never swallowed.
import { useMemo } from "react";
import { useDoor } from "@/ipc/door-context";
import type { PauseFor } from "@/ipc/types";
import { tell, tellFailure } from "./notify";

export function useProfileActions() {
  const door = useDoor();
  return useMemo(() => {
    const attempt = (work: Promise<unknown>) => void work.catch(tellFailure);
    return {
      sync: (id: string) => attempt(door.syncNow(id, false, false)),
      stop: (id: string) => attempt(door.stopSync(id)),
      pause: (id: string | null, duration: PauseFor) => attempt(door.pause(id, duration)),
      resume: (id: string | null) => attempt(door.resume(id)),
      // The system does not say whether a program came of it.
      openDatabase: (id: string) =>
        attempt(
          door.openDatabase(id).then(() => tell("Given to the system. If nothing opens, no program is set for it.")),
        ),
      openFolder: (id: string) => attempt(door.openDatabaseFolder(id)),
    };
  }, [door]);
}
