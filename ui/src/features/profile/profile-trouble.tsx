// Why a profile needs somebody, with the way to mend it.
import { Button } from "@mantine/core";
import { useNavigate } from "react-router";
import type { IpcError, ProfileSummary } from "@/ipc/types";
import { useProfileActions } from "@/shared/profile-actions";
import { routes } from "@/shared/routes";
import { ErrorNote } from "@/shared/states";
import classes from "./profile.module.css";

export function ProfileTrouble({ profile, error }: { profile: ProfileSummary; error: IpcError }) {
  const navigate = useNavigate();
  const { sync } = useProfileActions();
  const go = (to: string) => () => void navigate(to);
  const { field, offer } = error;
  return (
    <div className={classes.trouble}>
      <ErrorNote error={error} tone={profile.state === "failed" ? "bad" : "warn"}>
        {field && (
          <Button
            size="xs"
            onClick={go(`${routes.profile(profile.id, "settings")}?field=${encodeURIComponent(field)}`)}
          >
            Mend it in Settings
          </Button>
        )}
        {offer === "refresh_with_removals" && (
          <Button size="xs" variant="default" onClick={go(`${routes.profile(profile.id)}?ask=refresh&removals`)}>
            Full refresh with removals…
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => sync(profile.id)} disabled={profile.progress !== null}>
          Try again
        </Button>
      </ErrorNote>
    </div>
  );
}
