// Where the secret is kept: by us, and then it is typed here and never shown again; or in a variable or a file that a
// person named, and then it is only said which.
import { Anchor, Select, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { queryKeys } from "@/ipc/keys";
import type { SecretPlaceForm } from "@/ipc/types";
import { markOld } from "@/shared/mark-old";
import { FIELDS, hostOf, isKeptByUs } from "./draft";
import classes from "./profile-form.module.css";
import { SecretField } from "./secret-field";
import type { ProfileEditor } from "./use-profile-editor";

export function SecretPlaceFields({ editor, places }: { editor: ProfileEditor; places: SecretPlaceForm[] }) {
  const { draft, firstPlace, change } = editor;
  return (
    <>
      <SecretPlaceSelect
        places={places}
        value={draft.secretPlace}
        // Back at the place where it was, it is under the name it had.
        onChange={(secretPlace) =>
          change({ secretPlace, secretName: secretPlace === firstPlace.secretPlace ? firstPlace.secretName : null })
        }
      />
      {isKeptByUs(draft) ? (
        <SecretField
          setFor={editor.secretSetFor}
          problem={editor.secretProblem}
          host={hostOf(draft.url)}
          value={editor.secret}
          error={editor.problems[FIELDS.secret]}
          onChange={editor.setSecret}
        />
      ) : (
        <NamedPlace editor={editor} />
      )}
    </>
  );
}

type SelectProps = { places: SecretPlaceForm[]; value: string; onChange: (place: string) => void };

export function SecretPlaceSelect({ places, value, onChange }: SelectProps) {
  const client = useQueryClient();
  const place = places.find((each) => each.place === value);
  const lookAgain = () => {
    void markOld(client, queryKeys.form);
    // Whether the profile's secret can be had hangs on the same keychain.
    void markOld(client, queryKeys.details);
  };
  const unusable = places.filter((each) => each.problem !== null);
  return (
    <>
      <Select
        label="The secret is kept in"
        description={place?.help}
        error={place?.problem ? "This does not work here now." : undefined}
        allowDeselect={false}
        data={places.map((each) => ({ value: each.place, label: each.title, disabled: each.problem !== null }))}
        value={value}
        onChange={(next) => next && onChange(next)}
      />
      {unusable.map((each) => (
        <p key={each.place} className={classes.note} role="status">
          {each.title}: {each.problem}. Mend that, or choose another place.{" "}
          <Anchor component="button" type="button" size="xs" onClick={lookAgain}>
            Look again
          </Anchor>
        </p>
      ))}
    </>
  );
}

function NamedPlace({ editor }: { editor: ProfileEditor }) {
  const { draft, problems, change } = editor;
  const isFile = draft.secretPlace === "file";
  const trouble = editor.secretSetFor && editor.secretProblem?.message;
  return (
    <TextInput
      label={isFile ? "Path of the file" : "Name of the variable"}
      data-field={FIELDS.secret}
      error={problems[FIELDS.secret] ?? trouble}
      value={draft.secretName ?? ""}
      readOnly={isFile}
      spellCheck={false}
      description={
        isFile ? (
          <>
            It was named on the command line.{" "}
            <Anchor component="button" type="button" size="xs" onClick={() => change({ secretName: null })}>
              Keep the secret in a file of the app's own instead
            </Anchor>
          </>
        ) : (
          "It begins with EXECUTE. Before its value is sent to a host for the first time, you are asked."
        )
      }
      onChange={(event) => change({ secretName: event.currentTarget.value || null })}
    />
  );
}
