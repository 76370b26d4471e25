// A report for support: shown word for word as it will be saved, then saved where the person says.
import { Button, Group, Modal } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import { tell } from "@/shared/notify";
import { ErrorNote, Loading } from "@/shared/states";
import classes from "./activity.module.css";

export function SaveBundle() {
  const [search, setSearch] = useSearchParams();
  const opened = search.get("ask") === "bundle";
  return (
    <>
      <Button variant="default" onClick={() => setSearch({ ask: "bundle" })}>
        Save bundle…
      </Button>
      <Modal
        opened={opened}
        onClose={() => setSearch({})}
        title="Save a bundle for support"
        size="xl"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Bundle close={() => setSearch({})} />
      </Modal>
    </>
  );
}

function Bundle({ close }: { close: () => void }) {
  const door = useDoor();
  // Made anew each time it is opened, and kept no longer than it is shown.
  const made = useQuery({ queryKey: queryKeys.bundle, queryFn: () => door.makeBundle(), gcTime: 0 });
  const save = useMutation({
    mutationFn: () => door.saveBundle(),
    onSuccess: (path) => {
      if (path === null) return;
      tell(`Saved as ${path}.`);
      close();
    },
  });
  if (made.error) return <ErrorNote error={made.error} />;
  if (made.data === undefined) return <Loading label="Gathering the bundle" />;
  return (
    <>
      <p>This is all that is saved. Secrets are removed; addresses and names of profiles are in it.</p>
      <section
        className={`mono ${classes.bundle}`} // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        aria-label="The bundle"
      >
        {made.data}
      </section>
      {save.error && <ErrorNote error={save.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button data-autofocus loading={save.isPending} onClick={() => save.mutate()}>
          Save…
        </Button>
      </Group>
    </>
  );
}
