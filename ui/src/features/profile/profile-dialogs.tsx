// What asks before it is done: a full refresh, deleting a profile. Each has an address, so the palette reaches it too.
import { Button, Checkbox, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useDoor } from "@/ipc/door-context";
import type { ProfileSummary } from "@/ipc/types";
import { tell } from "@/shared/notify";
import { routes } from "@/shared/routes";
import { ErrorNote } from "@/shared/states";
import { UNASKED } from "@/shared/unsaved";

type DialogProps = { profile: ProfileSummary; close: () => void };

export function ProfileDialogs({ profile }: { profile: ProfileSummary }) {
  const [search, setSearch] = useSearchParams();
  const ask = search.get("ask");
  const close = () =>
    setSearch((now) => {
      now.delete("ask");
      now.delete("removals");
      return now;
    });
  return (
    <>
      <Modal
        opened={ask === "refresh"}
        onClose={close}
        title={`Full refresh of ${profile.name}`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <RefreshDialog profile={profile} close={close} allowed={search.has("removals")} />
      </Modal>
      <Modal
        opened={ask === "delete"}
        onClose={close}
        title={`Delete ${profile.name}?`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <DeleteDialog profile={profile} close={close} />
      </Modal>
    </>
  );
}

/** `allowed` is where the removals are what it is asked for. */
function RefreshDialog({ profile, close, allowed }: DialogProps & { allowed: boolean }) {
  const door = useDoor();
  const [removals, setRemovals] = useState(allowed);
  const refresh = useMutation({ mutationFn: () => door.syncNow(profile.id, true, removals), onSuccess: close });
  return (
    <Stack>
      <Text>
        Everything is read again. The data stays usable meanwhile, and documents that Execute no longer has go at the
        end.
      </Text>
      <Checkbox
        checked={removals}
        onChange={(event) => setRemovals(event.currentTarget.checked)}
        label="Allow any number of removals"
        description="Without this, nothing is removed when more than 100 and more than 5 % of a type would go."
      />
      {refresh.error && <ErrorNote error={refresh.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button data-autofocus loading={refresh.isPending} onClick={() => refresh.mutate()}>
          Start the full refresh
        </Button>
      </Group>
    </Stack>
  );
}

function DeleteDialog({ profile, close }: DialogProps) {
  const door = useDoor();
  const navigate = useNavigate();
  const [database, setDatabase] = useState(false);
  const remove = useMutation({
    mutationFn: () => door.deleteProfile(profile.id, database),
    onSuccess: () => {
      tell(`${profile.name} was deleted.`);
      void navigate(routes.home, { state: UNASKED });
    },
  });
  return (
    <Stack>
      <Text>
        Its settings go, with the history and the secret that this app keeps for it. A folder that it was imported from
        stays as it is, and so does a secret in a variable or in a file of your own. Nothing changes in Execute.
      </Text>
      <Checkbox
        checked={database}
        onChange={(event) => setDatabase(event.currentTarget.checked)}
        label="Delete the database as well"
        description={profile.destination}
      />
      {remove.error && <ErrorNote error={remove.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={close} data-autofocus>
          Cancel
        </Button>
        {/* The title names it: however long a name is, a button is not cut. */}
        <Button color="var(--es-bad-fill)" loading={remove.isPending} onClick={() => remove.mutate()}>
          {database ? "Delete profile and database" : "Delete profile"}
        </Button>
      </Group>
    </Stack>
  );
}
