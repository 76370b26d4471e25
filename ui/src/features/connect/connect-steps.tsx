// What each of the four steps shows.
import { Divider } from "@mantine/core";
import type { ProfileForm } from "@/ipc/types";
import { Facts } from "@/shared/facts";
import { useDefaultDatabase } from "@/shared/profile-form/api";
import { DestinationFields } from "@/shared/profile-form/destination-fields";
import { isKeptByUs } from "@/shared/profile-form/draft";
import { ExecuteFields } from "@/shared/profile-form/execute-fields";
import type { Elsewhere } from "@/shared/profile-form/form-error";
import { valueWords } from "@/shared/profile-form/form-field";
import { OptionFields } from "@/shared/profile-form/option-fields";
import { refreshWords, ScheduleFields, scheduleWords } from "@/shared/profile-form/schedule-fields";
import { TestList } from "@/shared/profile-form/test-list";
import type { ProfileEditor } from "@/shared/profile-form/use-profile-editor";
import type { ConnectionTest } from "@/shared/profile-form/use-test";
import type { ConnectStep } from "@/shared/routes";
import classes from "./connect.module.css";

type Props = {
  step: ConnectStep;
  form: ProfileForm;
  editor: ProfileEditor;
  test: ConnectionTest;
  elsewhere: Elsewhere;
};

export function ConnectStepBody({ step, form, editor, test, elsewhere }: Props) {
  switch (step) {
    case "execute":
      return (
        <>
          <ExecuteFields editor={editor} places={form.secretPlaces} />
          <Tested {...{ test, editor, elsewhere }} />
        </>
      );
    case "destination":
      return (
        <>
          <DestinationFields editor={editor} form={form} />
          <Tested {...{ test, editor, elsewhere }} />
        </>
      );
    case "schedule":
      return (
        <>
          <ScheduleFields editor={editor} />
          <h2 className={classes.section}>Options</h2>
          <OptionFields editor={editor} fields={form.options} />
        </>
      );
    case "review":
      return (
        <>
          <Review form={form} editor={editor} />
          <Tested {...{ test, editor, elsewhere }} />
        </>
      );
  }
}

function Tested(props: { test: ConnectionTest; editor: ProfileEditor; elsewhere: Elsewhere }) {
  return (
    <div className={classes.test}>
      <TestList {...props} />
    </div>
  );
}

function Review({ form, editor }: { form: ProfileForm; editor: ProfileEditor }) {
  const { draft } = editor;
  const destination = form.destinations.find((each) => each.kind === draft.destination);
  const place = form.secretPlaces.find((each) => each.place === draft.secretPlace);
  const byDefault = useDefaultDatabase(draft.name, true);
  const options = form.options.filter((field) => draft.options[field.name] !== undefined);
  return (
    <>
      <Facts
        facts={[
          ["Name", draft.name || "Missing"],
          ["Execute", draft.url || "Missing"],
          ["API key", draft.keyId || "Missing"],
          [
            "Secret",
            editor.secretMissing === null
              ? isKeptByUs(draft)
                ? `Goes to: ${place?.title ?? draft.secretPlace}`
                : `Read from: ${draft.secretName}`
              : "Missing; enter it in the first step",
          ],
          ["Destination", destination?.title ?? "Missing"],
          ...(destination?.fields ?? []).map((field): [string, string] => [
            field.title,
            draft.fields[field.name] || (field.kind === "database_file" ? byDefault : ""),
          ]),
          ["Syncs", scheduleWords(draft.schedule)],
          ["Full refresh", refreshWords(draft.schedule)],
          ...options.map((field): [string, string] => [
            field.title,
            valueWords(field, draft.options[field.name] ?? ""),
          ]),
        ]}
      />
      <Divider my="lg" />
      <p className="muted">
        The first sync reads everything. You can use what is there while it runs, and stop it at any time.
      </p>
    </>
  );
}
