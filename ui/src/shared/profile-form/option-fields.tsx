// How documents are fetched and stored. A value equal to the default is left out of the draft.
import { Stack } from "@mantine/core";
import type { FieldForm } from "@/ipc/types";
import { CALCULATED, withRefresh } from "./draft";
import { FormField } from "./form-field";
import type { ProfileEditor } from "./use-profile-editor";

export function OptionFields({ editor, fields }: { editor: ProfileEditor; fields: FieldForm[] }) {
  const { draft, problems, change } = editor;
  const set = (field: FieldForm, value: string) => {
    const { [field.name]: _, ...others } = draft.options;
    const options = value === (field.default ?? "") ? others : { ...others, [field.name]: value };
    change({ options, schedule: withRefresh(draft.schedule, field.name === CALCULATED && value === "true") });
  };
  return (
    <Stack gap="md">
      {fields.map((field) => (
        <FormField
          key={field.name}
          field={field}
          value={draft.options[field.name]}
          error={problems[field.name]}
          onChange={(value) => set(field, value)}
        />
      ))}
    </Stack>
  );
}
