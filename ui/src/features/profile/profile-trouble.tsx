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
  const mend = error.field;
  return (
    <div className={classes.trouble}>
      <ErrorNote error={error} tone={profile.state === "failed" ? "bad" : "warn"}>
        {mend ? (
          <Button
            size="xs"
            onClick={() => void navigate(`${routes.profile(profile.id, "settings")}?field=${encodeURIComponent(mend)}`)}
          >
            Mend it in Settings
          </Button>
        ) : (
          <Button size="xs" variant="default" onClick={() => sync(profile.id)} disabled={profile.progress !== null}>
            Try again
          </Button>
        )}
      </ErrorNote>
    </div>
  );
}
