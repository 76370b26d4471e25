// One field as the core describes it. Nothing here knows which destination or option it belongs to.
import { Button, NumberInput, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useDoor } from "@/ipc/door-context";
import type { FieldForm } from "@/ipc/types";
import { count } from "../format";
import { ChosenPath, takeChosen } from "./chosen-path";

type Props = {
  field: FieldForm;
  value: string | undefined;
  error?: string | undefined;
  onChange: (value: string) => void;
};

export function FormField({ field, value, error, onChange }: Props) {
  const shown = value ?? field.default ?? "";
  const common = {
    label: field.title,
    description: field.help,
    error,
    "data-field": field.name,
    required: field.required,
    // Mantine's `required` also sets the attribute; the browser's own bubble would hide our words.
    withAsterisk: false,
  };
  switch (field.kind) {
    case "switch":
      return (
        <Switch
          label={field.title}
          description={field.help}
          data-field={field.name}
          checked={shown === "true"}
          onChange={(event) => onChange(String(event.currentTarget.checked))}
        />
      );
    case "number":
      return (
        <NumberInput
          {...common}
          value={shown}
          allowDecimal={false}
          allowNegative={false}
          thousandSeparator=","
          {...(field.min === null ? {} : { min: field.min })}
          {...(field.max === null ? {} : { max: field.max })}
          onChange={(next) => onChange(String(next))}
        />
      );
    case "choice":
      return (
        <Select
          {...common}
          data={field.choices}
          value={shown}
          allowDeselect={false}
          onChange={(next) => next && onChange(next)}
        />
      );
    case "file":
      return <ChosenFile {...{ field, value: shown, error, onChange }} />;
    case "database_file":
    case "secret":
      // The file has a component of its own; so has the only secret of this version, the API key's.
      return null;
    case "text":
    case "url":
      return (
        <TextInput
          {...common}
          value={shown}
          placeholder={field.example ?? ""}
          spellCheck={false}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

/** A value as it is read, where it is not written. */
export function valueWords(field: FieldForm, value: string): string {
  if (field.kind === "switch") return value === "true" ? "Yes" : "No";
  return field.kind === "number" ? count(Number(value)) : value;
}

/** Like every path it comes from a dialog of the core. */
function ChosenFile({ field, value, error, onChange }: Props & { value: string }) {
  const door = useDoor();
  return (
    <Stack gap="xs">
      <ChosenPath {...{ field, value, error }} placeholder="None">
        <Button
          variant="default"
          size="xs"
          aria-label={`Choose ${field.title}`}
          onClick={() => takeChosen(door.chooseFile(), onChange)}
        >
          Choose…
        </Button>
        {value !== "" && (
          <Button variant="subtle" size="xs" aria-label={`Clear ${field.title}`} onClick={() => onChange("")}>
            Clear
          </Button>
        )}
      </ChosenPath>
    </Stack>
  );
}
