// What stands there while the file of profiles cannot be read: not a welcome, whose doors would write a new one. It heals
// by itself: the core looks again, and tells.
import { Button } from "@mantine/core";
import { Outlet, useNavigate } from "react-router";
import type { ProfilesTrouble } from "@/ipc/types";
import { useAppState } from "@/shared/app-state";
import { Page } from "@/shared/page";
import { routes } from "@/shared/routes";
import { ErrorNote } from "@/shared/states";

/** Guards pages that make a profile. */
export function ReadableProfiles() {
  const { profiles, profilesTrouble } = useAppState();
  const isSafe = profiles.length > 0 || !profilesTrouble || profilesTrouble.setAside;
  return isSafe ? <Outlet /> : <UnreadableProfiles trouble={profilesTrouble} />;
}

export function UnreadableProfiles({ trouble }: { trouble: ProfilesTrouble }) {
  const navigate = useNavigate();
  return (
    <Page
      title="Your profiles cannot be read"
      lead="Nothing is synced until they can. Your databases stay as they are."
      narrow
    >
      <ErrorNote error={{ code: "configuration", field: null, ...trouble }}>
        {trouble.setAside && (
          <Button size="xs" variant="default" onClick={() => void navigate(routes.welcome)}>
            Go on without them
          </Button>
        )}
      </ErrorNote>
      <p className="muted">The file is looked at every few seconds; this page goes as soon as it can be read.</p>
    </Page>
  );
}
