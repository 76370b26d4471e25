// The database's file: one that is there, which is gone on with, or a folder for a new one. So nobody is asked to replace
// what will in fact be kept.
import { Anchor, Button, Stack, TextInput } from "@mantine/core";
import { useDoor } from "@/ipc/door-context";
import type { ChosenDatabase, FieldForm } from "@/ipc/types";
import { useDefaultDatabase } from "./api";
import { ChosenPath, takeChosen } from "./chosen-path";
import classes from "./profile-form.module.css";

type Props = {
  field: FieldForm;
  value: string;
  /** The profile's name: a new file is named after it. */
  profileName: string;
  /** A profile that is kept has a file already; nothing is made up for it. */
  isNew: boolean;
  error?: string | undefined;
  /** What was chosen last. */
  chosen: ChosenDatabase | null;
  onChoose: (chosen: ChosenDatabase) => void;
  onChange: (value: string) => void;
};

export function DatabaseFile({ field, value, profileName, isNew, error, chosen, onChoose, onChange }: Props) {
  const door = useDoor();
  const byDefault = useDefaultDatabase(profileName, isNew && value === "");
  const take = (answer: ChosenDatabase) => {
    onChoose(answer);
    onChange(answer.path);
  };
  const current = chosen !== null && folderOf(chosen.path) === folderOf(value) ? chosen : null;
  // Without a name it can be nothing but a new one.
  const isNewFile = current ? !current.exists : value !== "" && nameOf(value) === "";
  return (
    <Stack gap="xs">
      <ChosenPath {...{ field, error }} value={value || byDefault}>
        <Button
          variant="default"
          size="xs"
          onClick={() => takeChosen(door.chooseDatabaseFolder(profileName || "Execute"), take)}
        >
          New file…
        </Button>
        <Button
          variant="default"
          size="xs"
          onClick={() => takeChosen(door.chooseDatabaseFile(value || byDefault || null), take)}
        >
          Use an existing file…
        </Button>
        {isNew && value !== "" && (
          <Anchor component="button" type="button" size="xs" onClick={() => onChange("")}>
            Back to the usual place
          </Anchor>
        )}
      </ChosenPath>
      {current?.exists && (
        <p className={classes.note}>
          This file is there already. It is not replaced: syncs go on in it, and what it holds stays.
        </p>
      )}
      {isNewFile && (
        <TextInput
          label="Name of the new file"
          value={nameOf(value)}
          spellCheck={false}
          onChange={(event) => onChange(folderOf(value) + event.currentTarget.value.replace(/[/\\]/g, ""))}
        />
      )}
    </Stack>
  );
}

/** With the separator at its end; both systems' separators, since the core may run on either. */
function folderOf(path: string): string {
  return path.slice(0, path.length - nameOf(path).length);
}

function nameOf(path: string): string {
  return path.split(/[/\\]/).pop() ?? "";
}
