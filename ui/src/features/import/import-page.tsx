// What the older tool's folder becomes: shown before it is taken.
import { Button, Group, List, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Navigate, useLocation, useNavigate } from "react-router";
import { useDoor } from "@/ipc/door-context";
import type { ImportPreview } from "@/ipc/types";
import { Facts } from "@/shared/facts";
import { Page } from "@/shared/page";
import { routes } from "@/shared/routes";
import { ErrorNote } from "@/shared/states";
import { Time } from "@/shared/time";

export function ImportPage() {
  const preview = useLocation().state as ImportPreview | null;
  // The preview lives as long as the core holds its token; without it the folder has to be chosen again.
  return preview ? <Preview preview={preview} /> : <Navigate replace to={routes.welcome} />;
}

function Preview({ preview }: { preview: ImportPreview }) {
  const door = useDoor();
  const navigate = useNavigate();
  const [name, setName] = useState(preview.draft.name);
  const [secret, setSecret] = useState("");
  const finish = useMutation({
    mutationFn: () => door.importFinish(preview.token, { ...preview.draft, name }, preview.hasSecret ? null : secret),
    onSuccess: (id) => navigate(routes.profile(id)),
    onSettled: () => setSecret(""),
  });
  return (
    <Page title="Import from the command line tool" lead={preview.folder} narrow>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          finish.mutate();
        }}
      >
        <Stack gap="md">
          <TextInput
            label="Name"
            required
            withAsterisk={false}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Facts
            facts={[
              ["Read from", preview.file],
              ["Execute", preview.draft.url],
              ["API key", preview.draft.keyId],
              ["Secret", preview.hasSecret ? "Found; it moves to the keychain" : "Not found"],
              ["Goes on from", preview.mark ? <Time key="mark" at={preview.mark} /> : "the beginning"],
            ]}
          />
          {!preview.hasSecret && (
            <PasswordInput
              label="Secret"
              required
              value={secret}
              onChange={(event) => setSecret(event.currentTarget.value)}
            />
          )}
          {preview.notes.length > 0 && (
            <List size="sm" aria-label="Worth knowing">
              {preview.notes.map((note) => (
                <List.Item key={note}>{note}</List.Item>
              ))}
            </List>
          )}
          {finish.error && <ErrorNote error={finish.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => void navigate(routes.welcome)}>
              Cancel
            </Button>
            <Button type="submit" loading={finish.isPending}>
              Import and sync
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}
