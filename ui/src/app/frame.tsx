// The frame of the window: profiles and places on the left, the page on the right, what must be told above it.
import { ActionIcon, CloseButton, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { spotlight } from "@mantine/spotlight";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { NavLink, Outlet, useMatch } from "react-router";
import { useDoor } from "@/ipc/door-context";
import type { ProfileSummary } from "@/ipc/types";
import { useAppState } from "@/shared/app-state";
import { count, ended, shareDone } from "@/shared/format";
import { ActivityIcon, GearIcon, KeyIcon, PlusIcon, SearchIcon } from "@/shared/icons";
import { routes } from "@/shared/routes";
import { StateIcon, stateWords } from "@/shared/state-icon";
import { Time } from "@/shared/time";
import classes from "./frame.module.css";

// With all that the app can do in it, it is read and drawn only once somebody asks for it.
const CommandPalette = lazy(() => import("./command-palette").then((module) => ({ default: module.CommandPalette })));

export function Frame() {
  const [hasPalette, setHasPalette] = useState(false);
  const openPalette = () => {
    setHasPalette(true);
    spotlight.open();
  };
  // In a field as well.
  useHotkeys([["mod+K", openPalette]], []);
  return (
    <div className={classes.frame}>
      {/* biome-ignore lint/a11y/useValidAnchor: it goes to #main; the router owns the address, so by hand */}
      <a className="skip-link" href="#main" onClick={skip}>
        Skip to the page
      </a>
      <Navigation onSearch={openPalette} />
      <main id="main" tabIndex={-1} className={classes.main} style={{ outline: "none" }}>
        <Notices />
        <Outlet />
      </main>
      {hasPalette && (
        <Suspense fallback={null}>
          <CommandPalette />
        </Suspense>
      )}
    </div>
  );
}

/** The address belongs to the router, so the jump is done by hand. */
function skip(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function Navigation({ onSearch }: { onSearch: () => void }) {
  const { profiles } = useAppState();
  return (
    <nav className={classes.nav} aria-label="Profiles and places">
      <div className={classes.top}>
        <span>Execute Sync</span>
        <Tooltip label="Search everything (Ctrl K)">
          <ActionIcon variant="subtle" color="gray" onClick={onSearch} aria-label="Open the command palette">
            <SearchIcon />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={classes.profiles}>
        {profiles.length > 0 && <div className={classes.heading}>Profiles</div>}
        <ul>
          {profiles.map((profile) => (
            <li key={profile.id}>
              <ProfileLink profile={profile} />
            </li>
          ))}
          <li>
            <Place to={routes.welcome} icon={<PlusIcon size={14} />}>
              New profile
            </Place>
          </li>
        </ul>
      </div>
      <ul className={classes.places}>
        <li>
          <Place to={routes.keys} icon={<KeyIcon />}>
            Keys
          </Place>
        </li>
        <li>
          <Place to={routes.activity} icon={<ActivityIcon />}>
            Activity
          </Place>
        </li>
        <li>
          <Place to={routes.settings} icon={<GearIcon />}>
            Settings
          </Place>
        </li>
      </ul>
    </nav>
  );
}

function Place({ to, icon, children }: { to: string; icon: ReactNode; children: ReactNode }) {
  return (
    <NavLink to={to} className={classes.link ?? ""}>
      {icon}
      <span className={classes.words}>{children}</span>
    </NavLink>
  );
}

function ProfileLink({ profile }: { profile: ProfileSummary }) {
  const link = useRef<HTMLAnchorElement>(null);
  const isShown = useMatch("/profiles/:id/*")?.params.id === profile.id;
  // However it was come to, as by the palette or the tray, the list shows where one is.
  useEffect(() => {
    if (isShown) link.current?.scrollIntoView({ block: "nearest" });
  }, [isShown]);
  return (
    <NavLink ref={link} to={`/profiles/${encodeURIComponent(profile.id)}`} className={classes.link ?? ""}>
      <StateIcon state={profile.state} held={profile.openQuarantine > 0} />
      <span className={classes.words} title={profile.name}>
        <span className={classes.name}>{profile.name}</span>
        <span className={classes.short}>
          <ShortState profile={profile} />
        </span>
      </span>
    </NavLink>
  );
}

function ShortState({ profile }: { profile: ProfileSummary }) {
  if (profile.progress?.elsewhere) return "Syncing elsewhere";
  if (profile.progress?.waiting && profile.progress.documents === 0) return "Waiting";
  if (profile.progress) {
    const share = shareDone(profile.progress);
    return share === null ? `Syncing · ${count(profile.progress.documents)}` : `Syncing · ${share} %`;
  }
  if (profile.state === "up_to_date" && profile.openQuarantine > 0)
    return `${count(profile.openQuarantine)} quarantined`;
  if (profile.state === "up_to_date" && profile.lastSyncedAt) {
    return (
      <>
        Up to date · <Time at={profile.lastSyncedAt} />
      </>
    );
  }
  return stateWords(profile.state);
}

function Notices() {
  const { notices, profiles, profilesTrouble } = useAppState();
  const door = useDoor();
  // With no profile known it is a page of its own.
  const trouble = profiles.length > 0 ? profilesTrouble : null;
  if (notices.length === 0 && !trouble) return null;
  return (
    <div className={classes.notices}>
      {trouble && (
        <div className={classes.notice} role="status">
          <p>
            {ended(trouble.message)} What was known before is used.{" "}
            {trouble.hint && <span className="muted">{trouble.hint}</span>}
          </p>
        </div>
      )}
      {notices.map((notice) => (
        <div key={notice.id} className={classes.notice} role="status">
          <p>
            {ended(notice.text)} {notice.hint && <span className="muted">{notice.hint}</span>}
          </p>
          <CloseButton size="sm" aria-label="Dismiss" onClick={() => void door.dismissNotice(notice.id)} />
        </div>
      ))}
    </div>
  );
}
