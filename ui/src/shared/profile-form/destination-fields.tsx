// Where documents go: the kinds as cards, then the fields of the chosen one.
import { Radio, Stack } from "@mantine/core";
import type { ProfileForm } from "@/ipc/types";
import { DatabaseFile } from "./database-file";
import { FormField } from "./form-field";
import classes from "./profile-form.module.css";
import type { ProfileEditor } from "./use-profile-editor";

export function DestinationFields({ editor, form }: { editor: ProfileEditor; form: ProfileForm }) {
  const { draft, problems, change, database, setDatabase } = editor;
  const chosen = form.destinations.find((each) => each.kind === draft.destination);
  return (
    <Stack gap="md">
      <Radio.Group
        label="Kind of database"
        value={draft.destination}
        // Another kind has other fields: what was given for the one before means nothing to it.
        onChange={(destination) => change({ destination, fields: {} })}
      >
        <div className={classes.cards}>
          {form.destinations.map((each) => (
            <Radio.Card
              key={each.kind}
              value={each.kind}
              disabled={!each.available}
              className={classes.card ?? ""}
              aria-label={each.title}
            >
              <Radio.Indicator size="xs" />
              <span>
                <span className={classes.cardTitle}>{each.title}</span>
                <span className={classes.cardHelp}>{each.available ? each.help : "Not in this version"}</span>
              </span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      {chosen?.fields.map((field) => {
        const error = problems[field.name];
        const value = draft.fields[field.name];
        const set = (next: string) => change({ fields: { ...draft.fields, [field.name]: next } });
        return field.kind === "database_file" ? (
          <DatabaseFile
            key={field.name}
            {...{ field, error, value: value ?? "", profileName: draft.name, isNew: draft.id === null }}
            {...{ chosen: database, onChoose: setDatabase, onChange: set }}
          />
        ) : (
          <FormField key={field.name} {...{ field, error, value, onChange: set }} />
        );
      })}
    </Stack>
  );
}
