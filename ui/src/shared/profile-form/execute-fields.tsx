// Where documents come from: address, key, where its secret is kept, and the profile's name.
import { Alert, Anchor, Checkbox, Stack, Text, TextInput } from "@mantine/core";
import type { SecretPlaceForm } from "@/ipc/types";
import { FIELDS, isInClear, nameFor, trimmedUrl } from "./draft";
import { SecretPlaceFields } from "./secret-place-fields";
import type { ProfileEditor } from "./use-profile-editor";

export function ExecuteFields({ editor, places }: { editor: ProfileEditor; places: SecretPlaceForm[] }) {
  return (
    <Stack gap="md">
      {editor.sample ? (
        <Text>
          This profile reads the built-in sample: an invented operator's AFEs and wells, served by this app on this
          machine. It needs no address and no key.
        </Text>
      ) : (
        <SourceFields editor={editor} places={places} />
      )}
      <TextInput
        label="Name of this profile"
        description="As it stands in the list on the left."
        data-field={FIELDS.name}
        error={editor.problems[FIELDS.name]}
        value={editor.draft.name}
        onChange={(event) => editor.change({ name: event.currentTarget.value })}
      />
    </Stack>
  );
}

function SourceFields({ editor, places }: { editor: ProfileEditor; places: SecretPlaceForm[] }) {
  const { draft, problems, change } = editor;
  const trimmed = trimmedUrl(draft.url);
  return (
    <>
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
              Only the beginning is needed:{" "}
              <Anchor component="button" type="button" size="xs" onClick={() => change({ url: trimmed })}>
                Use {trimmed}
              </Anchor>
            </>
          )
        }
        inputWrapperOrder={["label", "input", "description", "error"]}
      />
      {isInClear(draft.url) && (
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
      <SecretPlaceFields editor={editor} places={places} />
    </>
  );
}
