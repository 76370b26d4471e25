// A run under way: how far, how fast, and Stop.
import { Button, Progress } from "@mantine/core";
import type { ProfileSummary, SyncProgress } from "@/ipc/types";
import { bytes, count, counted, shareDone } from "@/shared/format";
import { StopIcon } from "@/shared/icons";
import { useProfileActions } from "@/shared/profile-actions";
import classes from "./profile.module.css";

export function ProgressLine({ profile, progress }: { profile: ProfileSummary; progress: SyncProgress }) {
  const { stop } = useProfileActions();
  const speed = progress.documentsPerSecond;
  const share = shareDone(progress);
  return (
    <section className={classes.progress} aria-label="Sync in progress">
      <div>
        {/* Without an end that is known, a full bar that moves says only that it goes on. */}
        <Progress
          value={share ?? 100}
          animated={share === null}
          striped={share === null}
          size="sm"
          classNames={{ section: classes.stripes ?? "" }}
          aria-label={`Syncing ${profile.name}`}
        />
        <div className={classes.figures}>
          {progress.waiting ? (
            <span>{progress.waiting}</span>
          ) : (
            <>
              <span>{counted(progress.pages, "page")}</span>
              <span>
                {counted(progress.documents, "document")}
                {progress.expected !== null && ` of about ${count(progress.expected)}`}
              </span>
              {progress.docType !== null && <span className={classes.type}>{progress.docType}</span>}
              <span>{bytes(progress.bytes)}</span>
              {speed !== null && <span>{count(Math.round(speed))} documents/s</span>}
              {progress.timeLeft !== null && <span>{progress.timeLeft}</span>}
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
