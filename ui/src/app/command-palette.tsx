// Everything the app can do, by name: Ctrl/Cmd-K. Links and actions only; what they do lives with their pages.
import { Modal } from "@mantine/core";
import { Spotlight } from "@mantine/spotlight";
import { useNavigate } from "react-router";
import { useDoor } from "@/ipc/door-context";
import type { ProfileSummary } from "@/ipc/types";
import { useAppState } from "@/shared/app-state";
import { copyDiagnostics } from "@/shared/diagnostics";
import { SearchIcon } from "@/shared/icons";
import { tellFailure } from "@/shared/notify";
import { useProfileActions } from "@/shared/profile-actions";
import { routes } from "@/shared/routes";
import { StateIcon } from "@/shared/state-icon";

const DURATIONS = ["hour", "tomorrow", "resumed"] as const;
const PAUSES = { hour: "for 1 hour", tomorrow: "until tomorrow", resumed: "until resumed" };

export function CommandPalette() {
  const { profiles, settings } = useAppState();
  const navigate = useNavigate();
  const door = useDoor();
  const actions = useProfileActions();
  const go = (path: string) => () => void navigate(path);
  const attempt = (work: Promise<unknown>) => void work.catch(tellFailure);

  const forProfile = (p: ProfileSummary) => ({
    group: p.name,
    actions: [
      {
        id: `${p.id}/overview`,
        label: `${p.name}: Overview`,
        description: p.sentence,
        onClick: go(routes.profile(p.id)),
      },
      { id: `${p.id}/data`, label: `${p.name}: Data`, onClick: go(routes.profile(p.id, "data")) },
      { id: `${p.id}/history`, label: `${p.name}: History`, onClick: go(routes.profile(p.id, "history")) },
      {
        id: `${p.id}/quarantine`,
        label: `${p.name}: Quarantine`,
        onClick: go(routes.quarantine(p.id)),
      },
      { id: `${p.id}/settings`, label: `${p.name}: Settings`, onClick: go(routes.profile(p.id, "settings")) },
      // Another program's run is stopped where it was started.
      ...(p.progress && !p.progress.elsewhere
        ? [{ id: `${p.id}/stop`, label: `${p.name}: Stop syncing`, onClick: () => actions.stop(p.id) }]
        : []),
      ...(p.progress ? [] : [{ id: `${p.id}/sync`, label: `${p.name}: Sync now`, onClick: () => actions.sync(p.id) }]),
      ...(p.paused
        ? [{ id: `${p.id}/resume`, label: `${p.name}: Resume`, onClick: () => actions.resume(p.id) }]
        : DURATIONS.map((duration) => ({
            id: `${p.id}/pause-${duration}`,
            label: `${p.name}: Pause ${PAUSES[duration]}`,
            onClick: () => actions.pause(p.id, duration),
          }))),
      { id: `${p.id}/refresh`, label: `${p.name}: Full refresh…`, onClick: go(`${routes.profile(p.id)}?ask=refresh`) },
      {
        id: `${p.id}/open`,
        label: `${p.name}: Open the database in its program`,
        onClick: () => actions.openDatabase(p.id),
      },
      {
        id: `${p.id}/folder`,
        label: `${p.name}: Open the database's folder`,
        onClick: () => attempt(door.openDatabaseFolder(p.id)),
      },
      { id: `${p.id}/delete`, label: `${p.name}: Delete…`, onClick: go(`${routes.profile(p.id)}?ask=delete`) },
    ].map((action) => ({ ...action, leftSection: <StateIcon state={p.state} held={p.openQuarantine > 0} /> })),
  });

  return (
    <Spotlight
      // The frame opens it.
      shortcut={null}
      nothingFound="Nothing is called that"
      highlightQuery
      scrollable
      maxHeight={440}
      limit={500}
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
      searchProps={{
        leftSection: (
          <>
            <SearchIcon />
            {/* The dialog needs a name; Spotlight itself gives it none. */}
            <Modal.Title className="visually-hidden">Command palette</Modal.Title>
          </>
        ),
        placeholder: "Search pages and actions",
        "aria-label": "Search pages and actions",
      }}
      actions={[
        ...profiles.map(forProfile),
        {
          group: "Execute Sync",
          actions: [
            // What is paused stays out of it: with nothing left to sync it would do nothing, and say nothing.
            ...(profiles.some((p) => !p.paused)
              ? [{ id: "sync-all", label: "Sync all profiles", onClick: () => attempt(door.syncAll()) }]
              : []),
            ...DURATIONS.map((duration) => ({
              id: `pause-all-${duration}`,
              label: `Pause all profiles ${PAUSES[duration]}`,
              onClick: () => actions.pause(null, duration),
            })),
            { id: "resume-all", label: "Resume all profiles", onClick: () => actions.resume(null) },
            { id: "connect", label: "Connect to Execute", onClick: go(routes.connect()) },
            { id: "welcome", label: "New profile", onClick: go(routes.welcome) },
            { id: "keys", label: "Keys", onClick: go(routes.keys) },
            { id: "generate", label: "Generate a key…", onClick: go(`${routes.keys}?ask=generate`) },
            { id: "activity", label: "Activity", onClick: go(routes.activity) },
            { id: "diagnostics", label: "Copy diagnostics", onClick: () => attempt(copyDiagnostics(door)) },
            { id: "bundle", label: "Save bundle…", onClick: go(`${routes.activity}?ask=bundle`) },
            { id: "settings", label: "Settings", onClick: go(routes.settings) },
            ...(["system", "light", "dark"] as const)
              .filter((theme) => theme !== settings.theme)
              .map((theme) => ({
                id: `theme-${theme}`,
                label: `Use the ${theme === "system" ? "system's" : theme} theme`,
                onClick: () => attempt(door.saveSettings({ ...settings, theme })),
              })),
            {
              id: "documentation",
              label: "Open the documentation",
              onClick: () => attempt(door.openLink("documentation")),
            },
            { id: "releases", label: "Open the releases", onClick: () => attempt(door.openLink("releases")) },
            { id: "report", label: "Report a problem", onClick: () => attempt(door.openLink("report")) },
          ],
        },
      ]}
    />
  );
}
