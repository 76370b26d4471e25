// A profile's settings: the wizard's form on one page. The secret can be replaced, never read.
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
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
import { ChangedElsewhere } from "./changed-elsewhere";
import classes from "./profile-settings.module.css";

const PARTS = { execute: "Execute", destination: "Destination", schedule: "Schedule", options: "Options" };

export function ProfileSettingsPage() {
  const { id = "" } = useParams();
  const form = useProfileForm();
  const detail = useProfileDetail(id);
  const error = form.error ?? detail.error;
  const client = useQueryClient();
  // How many there were of each profile: what has been saved may have been left for another one's settings meanwhile.
  const [forms, setForms] = useState<Record<string, number>>({});
  const beginAnew = () => {
    forgetChanges(id);
    setForms((counts) => ({ ...counts, [id]: (counts[id] ?? 0) + 1 }));
  };
  const readAgain = async () => {
    const queryKey = queryKeys.detail(id);
    await markOld(client, queryKey);
    const read = client.getQueryState<ProfileDetail>(queryKey);
    return read?.status === "success" ? (read.data ?? null) : null;
  };
  return (
    <div className={classes.page}>
      {error && <ErrorNote error={error} />}
      {form.data && detail.data ? (
        // What the core has after saving begins a new form: nothing typed stays behind. Looked at again for other
        // reasons, it must not take away what is being typed.
        <SettingsForm
          key={`${id} ${forms[id] ?? 0}`}
          form={form.data}
          detail={detail.data}
          {...{ beginAnew, readAgain }}
        />
      ) : (
        !error && <Loading label="Loading settings" />
      )}
    </div>
  );
}

type FormProps = {
  form: ProfileForm;
  /** As the core has it now. */
  detail: ProfileDetail;
  /** A form of that takes the place of this one, and nothing typed stays. */
  beginAnew: () => void;
  /** Asks the core once more; none if it cannot say. */
  readAgain: () => Promise<ProfileDetail | null>;
};

function SettingsForm({ form, detail, beginAnew, readAgain }: FormProps) {
  const door = useDoor();
  const [search] = useSearchParams();
  const [begun, setBegun] = useState(detail);
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
  // While it is saved, which may wait for a keychain or an answer, the form can be typed in.
  const shown = useRef({ draft, secret });
  shown.current = { draft, secret };
  const save = useMutation({
    mutationFn: async () => {
      await door.saveProfile(draft, secret || null);
      const now = await readAgain();
      const isSecretTyped = shown.current.secret !== secret;
      if (!isSecretTyped) editor.setSecret("");
      tell("Saved.");
      // Where it cannot be read again, the page says so.
      if (now === null) return;
      if (shown.current.draft === draft && !isSecretTyped) return beginAnew();
      setBegun(now);
      editor.goOn(draft, now.draft);
    },
    onError: (thrown) => {
      const { field, message } = asIpcError(thrown);
      // It may have been refused because the profile is another one by now.
      if (!field) return void readAgain();
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
  const isOutdated = !save.isPending && detail.draft.stamp !== begun.draft.stamp;
  const isLeftBehind = isOutdated && !changed;
  useEffect(() => {
    if (isLeftBehind) beginAnew();
  }, [isLeftBehind, beginAnew]);
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
        {isOutdated && changed && <ChangedElsewhere load={beginAnew} />}
        {save.error && !isOutdated && <FormError error={save.error} editor={editor} />}
        <div className={classes.buttons}>
          <Button type="submit" loading={save.isPending} disabled={!changed || isOutdated}>
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
