// A run under way: how far, how fast, and Stop.
import { Button, Progress } from "@mantine/core";
import type { ProfileSummary, SyncProgress } from "@/ipc/types";
import { bytes, count, counted } from "@/shared/format";
import { StopIcon } from "@/shared/icons";
import { useProfileActions } from "@/shared/profile-actions";
import classes from "./profile.module.css";

export function ProgressLine({ profile, progress }: { profile: ProfileSummary; progress: SyncProgress }) {
  const { stop } = useProfileActions();
  const speed = progress.documentsPerSecond;
  return (
    <section className={classes.progress} aria-label="Sync in progress">
      <div>
        <Progress value={100} animated size="sm" aria-label={`Syncing ${profile.name}`} />
        <div className={classes.figures}>
          {progress.waiting ? (
            <span>{progress.waiting}</span>
          ) : (
            <>
              <span>{counted(progress.pages, "page")}</span>
              <span>{counted(progress.documents, "document")}</span>
              <span>{bytes(progress.bytes)}</span>
              {speed !== null && <span>{count(Math.round(speed))} documents/s</span>}
            </>
          )}
          {progress.elsewhere && <span className="muted">Another program runs this sync; stop it there.</span>}
        </div>
      </div>
      {!progress.elsewhere && (
        <Button
          variant="default"
          size="xs"
          leftSection={<StopIcon size={14} />}
          disabled={progress.stopping}
          onClick={() => stop(profile.id)}
        >
          {progress.stopping ? "Finishing this page" : "Stop"}
        </Button>
      )}
    </section>
  );
}
