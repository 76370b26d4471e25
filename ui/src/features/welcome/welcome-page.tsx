// The first minute: three doors into the app. Also where a further profile begins.
import { Loader } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useNavigate } from "react-router";
import { useDoor } from "@/ipc/door-context";
import { useAppState } from "@/shared/app-state";
import { ChevronRightIcon, FlaskIcon, FolderIcon, PlugIcon } from "@/shared/icons";
import { Page } from "@/shared/page";
import { loadDraft, nameOf } from "@/shared/profile-form/saved-draft";
import { routes } from "@/shared/routes";
import { ErrorNote } from "@/shared/states";
import classes from "./welcome.module.css";

export function WelcomePage() {
  const door = useDoor();
  const navigate = useNavigate();
  const { profiles } = useAppState();
  const sampleProfile = profiles.find((profile) => profile.sample);
  const sample = useMutation({
    mutationFn: async () => sampleProfile?.id ?? (await door.createSampleProfile()),
    onSuccess: (id) => navigate(routes.profile(id)),
  });
  const older = useMutation({
    mutationFn: () => door.importChoose(),
    onSuccess: (preview) => {
      if (preview) void navigate(routes.import, { state: preview });
    },
  });
  const error = sample.error ?? older.error;
  const first = profiles.length === 0;
  const [left] = useState(loadDraft);
  return (
    <Page
      title={first ? "Welcome to Execute Sync" : "New profile"}
      lead="Your Execute documents in a local SQLite file, always current. Choose where they come from."
      narrow
    >
      {error && <ErrorNote error={error} />}
      <div className={classes.doors}>
        <Choice
          icon={<FlaskIcon size={20} />}
          title="Explore with sample data"
          busy={sample.isPending}
          onClick={() => sample.mutate()}
        >
          {sampleProfile
            ? "You have it already; this opens it."
            : "An invented operator's AFEs and wells. No account needed."}
        </Choice>
        <Choice
          icon={<PlugIcon size={20} />}
          title="Connect to Execute"
          onClick={() => void navigate(routes.connect())}
        >
          {left ? `Go on with ${nameOf(left)}, which you began.` : "Your company's Execute, with an API key."}
        </Choice>
        <Choice
          icon={<FolderIcon size={20} />}
          title="Import from the command line tool"
          busy={older.isPending}
          onClick={() => older.mutate()}
        >
          Choose its folder. It goes on from where it stopped; nothing is loaded twice.
        </Choice>
      </div>
    </Page>
  );
}

type ChoiceProps = { icon: ReactNode; title: string; busy?: boolean; onClick: () => void; children: ReactNode };

function Choice({ icon, title, busy = false, onClick, children }: ChoiceProps) {
  return (
    <button type="button" className={classes.door} onClick={onClick} disabled={busy}>
      <span className={classes.icon}>{icon}</span>
      <span>
        <span className={classes.title}>{title}</span>
        <span className={classes.what}>{children}</span>
      </span>
      {busy ? <Loader size={18} aria-label="Working" /> : <ChevronRightIcon />}
    </button>
  );
}
