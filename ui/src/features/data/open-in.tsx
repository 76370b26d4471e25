// The database outside this window: in the system's program for it, in its folder, as a path. The core knows where it is.
import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import { ChevronDownIcon, CopyIcon, FolderIcon, PlayIcon } from "@/shared/icons";
import { tell, tellFailure } from "@/shared/notify";
import { useProfileActions } from "@/shared/profile-actions";

export function OpenIn({ id }: { id: string }) {
  const door = useDoor();
  const actions = useProfileActions();
  const [opened, setOpened] = useState(false);
  // Asked before it is wanted: a web view lets pages copy only while the click is fresh.
  const path = useQuery({
    queryKey: queryKeys.overview(id),
    queryFn: () => door.overview(id),
    enabled: opened,
  }).data?.databasePath;
  const copy = async (text: string) => {
    try {
      await navigator.clipboard.writeText(text);
      tell("The path is copied.");
    } catch (thrown) {
      tellFailure(thrown);
    }
  };
  return (
    <Menu opened={opened} onChange={setOpened} shadow="md" position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default" rightSection={<ChevronDownIcon size={14} />}>
          Open in…
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<PlayIcon />} onClick={() => actions.openDatabase(id)}>
          The program for SQLite files
        </Menu.Item>
        <Menu.Item leftSection={<FolderIcon />} onClick={() => actions.openFolder(id)}>
          Its folder
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<CopyIcon />}
          disabled={path === undefined}
          onClick={() => path !== undefined && void copy(path)}
        >
          Copy its path
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
