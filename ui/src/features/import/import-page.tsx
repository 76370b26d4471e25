// What the older tool's folder becomes: shown before it is taken.
import { Button, Group, List, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Navigate, useLocation, useNavigate } from "react-router";
import { asIpcError } from "@/ipc/door";
import { useDoor } from "@/ipc/door-context";
import type { ImportPreview, ProfileForm } from "@/ipc/types";
import { Facts } from "@/shared/facts";
import { Page } from "@/shared/page";
import { useProfileForm } from "@/shared/profile-form/api";
import { FIELDS, isKeptByUs, usablePlace } from "@/shared/profile-form/draft";
import { refreshWords, scheduleWords } from "@/shared/profile-form/schedule-fields";
import { SecretPlaceSelect } from "@/shared/profile-form/secret-place-fields";
import { routes } from "@/shared/routes";
import { ErrorNote, Loading } from "@/shared/states";

export function ImportPage() {
  const preview = useLocation().state as ImportPreview | null;
  const form = useProfileForm();
  // The preview lives as long as the core holds its token; without it the folder has to be chosen again.
  if (!preview) return <Navigate replace to={routes.welcome} />;
  return (
    <Page title="Import from the command line tool" lead={preview.folder} narrow>
      {form.error && <ErrorNote error={form.error} />}
      {form.isPending && <Loading label="Loading the form" />}
      {form.data && <Preview preview={preview} form={form.data} />}
    </Page>
  );
}

function Preview({ preview, form }: { preview: ImportPreview; form: ProfileForm }) {
  const door = useDoor();
  const navigate = useNavigate();
  const [draft, setDraft] = useState({ ...preview.draft, secretPlace: usablePlace(form) });
  const [secret, setSecret] = useState("");
  const finish = useMutation({
    mutationFn: () => door.importFinish(preview.token, draft, secret || null),
    onSuccess: (id) => {
      setSecret("");
      void navigate(routes.profile(id));
    },
  });
  const place = form.secretPlaces.find((each) => each.place === draft.secretPlace);
  const kept = isKeptByUs(draft);
  const { field, message } = finish.error ? asIpcError(finish.error) : { field: null, message: "" };
  return (
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
          data-field={FIELDS.name}
          error={field === FIELDS.name ? message : undefined}
          value={draft.name}
          onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
        />
        <Facts
          facts={[
            ["Read from", preview.file],
            ["Execute", draft.url],
            ["API key", draft.keyId],
            [
              "Secret",
              preview.hasSecret
                ? kept
                  ? `Found; it is copied to: ${place?.title}`
                  : "Found, but not taken"
                : "Not found",
            ],
            ["Database", draft.fields.path ?? ""],
            ["Syncs", scheduleWords(draft.schedule)],
            ["Full refresh", refreshWords(draft.schedule)],
            ["Goes on from", preview.mark ?? "the beginning"],
          ]}
        />
        <SecretPlaceSelect
          places={form.secretPlaces}
          value={draft.secretPlace}
          onChange={(secretPlace) => setDraft({ ...draft, secretPlace, secretName: null })}
        />
        {!kept && (
          <TextInput
            label="Name of the variable"
            description="It begins with EXECUTE, and holds the secret already."
            required
            withAsterisk={false}
            value={draft.secretName ?? ""}
            spellCheck={false}
            onChange={(event) => setDraft({ ...draft, secretName: event.currentTarget.value || null })}
          />
        )}
        {kept && !preview.hasSecret && (
          <PasswordInput
            label="Secret"
            required
            withAsterisk={false}
            autoComplete="off"
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": "Show what you typed" }}
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
  );
}
