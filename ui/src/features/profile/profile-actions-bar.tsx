// Sync now, Pause and the menu of a profile.
import { ActionIcon, Button, Menu } from "@mantine/core";
import { useSearchParams } from "react-router";
import type { ProfileSummary } from "@/ipc/types";
import { ChevronDownIcon, FolderIcon, MoreIcon, PauseIcon, PlayIcon, SyncIcon, TrashIcon } from "@/shared/icons";
import { useProfileActions } from "@/shared/profile-actions";
import classes from "./profile.module.css";

export function ProfileActions({ profile }: { profile: ProfileSummary }) {
  const actions = useProfileActions();
  const [, setSearch] = useSearchParams();
  const ask = (what: string) => setSearch((search) => ({ ...Object.fromEntries(search), ask: what }));
  const { id } = profile;
  return (
    <div className={classes.actions}>
      <Button leftSection={<SyncIcon />} disabled={profile.progress !== null} onClick={() => actions.sync(id)}>
        Sync now
      </Button>
      {profile.paused ? (
        <Button variant="default" leftSection={<PlayIcon />} onClick={() => actions.resume(id)}>
          Resume
        </Button>
      ) : (
        <Menu>
          <Menu.Target>
            <Button variant="default" leftSection={<PauseIcon />} rightSection={<ChevronDownIcon size={14} />}>
              Pause
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => actions.pause(id, "hour")}>For 1 hour</Menu.Item>
            <Menu.Item onClick={() => actions.pause(id, "tomorrow")}>Until tomorrow</Menu.Item>
            <Menu.Item onClick={() => actions.pause(id, "resumed")}>Until I resume it</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <Menu>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={`More for ${profile.name}`}>
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<SyncIcon />} disabled={profile.progress !== null} onClick={() => ask("refresh")}>
            Full refresh…
          </Menu.Item>
          <Menu.Item leftSection={<FolderIcon />} onClick={() => actions.openFolder(id)}>
            Open the database's folder
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<TrashIcon />} color="var(--es-bad)" onClick={() => ask("delete")}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
