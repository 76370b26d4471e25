// A profile's settings: the wizard's form on one page. The secret can be replaced, never read.
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { asIpcError } from "@/ipc/door";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import type { ProfileDetail, ProfileForm } from "@/ipc/types";
import { markOld } from "@/shared/mark-old";
import { tell } from "@/shared/notify";
import { useProfileForm } from "@/shared/profile-form/api";
import { DestinationFields } from "@/shared/profile-form/destination-fields";
import {
  destinationProblems,
  executeProblems,
  focusField,
  type Problem,
  partOf,
  testProblems,
} from "@/shared/profile-form/draft";
import { ExecuteFields } from "@/shared/profile-form/execute-fields";
import { FormError } from "@/shared/profile-form/form-error";
import { OptionFields } from "@/shared/profile-form/option-fields";
import { forgetChanges, keepChanges, loadChanges } from "@/shared/profile-form/saved-changes";
import { ScheduleFields } from "@/shared/profile-form/schedule-fields";
import { TestButton } from "@/shared/profile-form/test-button";
import { TestList } from "@/shared/profile-form/test-list";
import { storedOf, useProfileEditor } from "@/shared/profile-form/use-profile-editor";
import { useConnectionTest } from "@/shared/profile-form/use-test";
import { ErrorNote, Loading } from "@/shared/states";
import { AskBeforeLeaving } from "@/shared/unsaved";
import { useProfileDetail } from "./api";
import classes from "./profile-settings.module.css";

const PARTS = { execute: "Execute", destination: "Destination", schedule: "Schedule", options: "Options" };

export function ProfileSettingsPage() {
  const { id = "" } = useParams();
  const form = useProfileForm();
  const detail = useProfileDetail(id);
  const error = form.error ?? detail.error;
  const client = useQueryClient();
  const [saves, setSaves] = useState(0);
  const onSaved = async () => {
    const queryKey = queryKeys.detail(id);
    await markOld(client, queryKey);
    if (client.getQueryState(queryKey)?.status === "success") setSaves((count) => count + 1);
  };
  return (
    <div className={classes.page}>
      {error && <ErrorNote error={error} />}
      {form.data && detail.data ? (
        // What the core has after saving begins a new form: nothing typed stays behind. Looked at again for other
        // reasons, it must not take away what is being typed.
        <SettingsForm key={`${id} ${saves}`} form={form.data} detail={detail.data} onSaved={onSaved} />
      ) : (
        !error && <Loading label="Loading settings" />
      )}
    </div>
  );
}

type FormProps = { form: ProfileForm; detail: ProfileDetail; onSaved: () => Promise<void> };

function SettingsForm({ form, detail, onSaved }: FormProps) {
  const door = useDoor();
  const [search] = useSearchParams();
  const [begun] = useState(detail);
  const [left] = useState(() => loadChanges(begun.draft));
  const editor = useProfileEditor(begun.draft, { ...storedOf(begun), secretProblem: detail.secretProblem }, left);
  const test = useConnectionTest(editor.revision);
  const { draft, secret } = editor;
  const wanted = search.get("field");
  useEffect(() => {
    if (wanted) focusField(wanted);
  }, [wanted]);

  const complete = (source: Problem[]): boolean => {
    const problems = [...source, ...destinationProblems(draft, form)];
    editor.setProblems(problems);
    if (problems[0]) focusField(problems[0].field);
    return problems.length === 0;
  };
  const save = useMutation({
    mutationFn: () => door.saveProfile(draft, secret || null),
    onSuccess: async () => {
      forgetChanges(draft.id);
      editor.setSecret("");
      tell("Saved.");
      await onSaved();
    },
    onError: (thrown) => {
      const { field, message } = asIpcError(thrown);
      if (!field) return;
      editor.setProblems([{ field, message }]);
      focusField(field);
    },
  });
  const runTest = async () => {
    if (!complete(testProblems(editor))) return;
    // What failed says where to go; taken there at once, nobody would read it.
    await test.run(draft, secret);
  };
  const elsewhere = (field: string) => ({
    title: PARTS[partOf(field, form)],
    go: () => void focusField(field),
  });

  const written = JSON.stringify(draft) !== JSON.stringify(begun.draft);
  const changed = secret !== "" || written;
  useEffect(() => (written ? keepChanges(begun.draft, draft) : forgetChanges(draft.id)), [written, begun, draft]);
  // Whoever leaves the page in the window was asked; closing the window ends it without coming here.
  useEffect(() => () => forgetChanges(begun.draft.id), [begun]);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (complete(executeProblems(editor))) save.mutate();
      }}
    >
      <AskBeforeLeaving when={changed} of={begun.draft.name} />
      <Section title={editor.sample ? "Sample" : PARTS.execute}>
        <ExecuteFields editor={editor} places={form.secretPlaces} />
      </Section>
      <Section title={PARTS.destination}>
        <DestinationFields editor={editor} form={form} />
      </Section>
      <Section title={PARTS.schedule}>
        <ScheduleFields editor={editor} />
      </Section>
      <Section title={PARTS.options}>
        <OptionFields editor={editor} fields={form.options} />
      </Section>
      {test.state !== "idle" && (
        <Section title="Connection test">
          <TestList {...{ test, editor, elsewhere }} />
        </Section>
      )}
      <div className={classes.foot}>
        {save.error && <FormError error={save.error} editor={editor} />}
        <div className={classes.buttons}>
          <Button type="submit" loading={save.isPending} disabled={!changed}>
            Save
          </Button>
          <TestButton test={test} run={() => void runTest()} />
          {changed && (
            <span className="muted">{left ? "Not saved yet, from before the window was closed" : "Not saved yet"}</span>
          )}
        </div>
      </div>
    </form>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={classes.section}>
      <h2>{title}</h2>
      <div>{children}</div>
    </section>
  );
}
