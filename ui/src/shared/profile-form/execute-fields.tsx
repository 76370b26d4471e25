// Where documents come from: name, address, key, and where its secret is kept.
import { Alert, Anchor, Checkbox, Select, Stack, TextInput } from "@mantine/core";
import type { SecretPlaceForm } from "@/ipc/types";
import { FIELDS, hostOf, nameFor, trimmedUrl } from "./draft";
import { SecretField } from "./secret-field";
import type { ProfileEditor } from "./use-profile-editor";

export function ExecuteFields({ editor, places }: { editor: ProfileEditor; places: SecretPlaceForm[] }) {
  const { draft, secret, problems, change, setSecret } = editor;
  const trimmed = trimmedUrl(draft.url);
  const insecure = draft.url.trim().toLowerCase().startsWith("http:");
  const place = places.find((each) => each.place === draft.secretPlace);
  return (
    <Stack gap="md">
      <TextInput
        label="Address of Execute"
        placeholder="https://company.example.com"
        data-field={FIELDS.url}
        error={problems[FIELDS.url]}
        value={draft.url}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => change({ url: event.currentTarget.value })}
        onBlur={() => draft.name === "" && change({ name: nameFor(draft.url) })}
        description={
          trimmed && (
            <>
              Only the first part is needed:{" "}
              <Anchor component="button" type="button" size="xs" onClick={() => change({ url: trimmed })}>
                Use {trimmed}
              </Anchor>
            </>
          )
        }
        inputWrapperOrder={["label", "input", "description", "error"]}
      />
      {insecure && (
        <Alert color="var(--es-warn)" variant="outline" title="This address is not encrypted">
          <Checkbox
            data-field="ALLOW_HTTP"
            label="Send the key unencrypted; I know who can read it"
            checked={draft.allowHttp}
            onChange={(event) => change({ allowHttp: event.currentTarget.checked })}
          />
        </Alert>
      )}
      <TextInput
        label="API key id"
        data-field={FIELDS.keyId}
        error={problems[FIELDS.keyId]}
        value={draft.keyId}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => change({ keyId: event.currentTarget.value })}
      />
      <Select
        label="The secret is kept in"
        description={place?.problem ?? place?.help}
        error={place?.problem ? "This does not work here now." : undefined}
        allowDeselect={false}
        data={places.map((each) => ({ value: each.place, label: each.title, disabled: each.problem !== null }))}
        value={draft.secretPlace}
        onChange={(next) => next && change({ secretPlace: next, secretName: null })}
      />
      {draft.secretPlace === "keychain" ? (
        <SecretField
          setFor={editor.secretSetFor}
          host={hostOf(draft.url)}
          value={secret}
          error={problems[FIELDS.secret]}
          onChange={setSecret}
        />
      ) : (
        <TextInput
          label={draft.secretPlace === "file" ? "Path of the file" : "Name of the variable"}
          data-field={FIELDS.secret}
          error={problems[FIELDS.secret]}
          value={draft.secretName ?? ""}
          spellCheck={false}
          onChange={(event) => change({ secretName: event.currentTarget.value || null })}
        />
      )}
      <TextInput
        label="Name of this profile"
        description="As it stands in the list on the left."
        data-field={FIELDS.name}
        error={problems[FIELDS.name]}
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
    </Stack>
  );
}
