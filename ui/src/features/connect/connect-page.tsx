// Connecting to Execute in four steps, each with an address of its own. The draft outlives the page, the secret does not.
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link, Navigate, useNavigate, useParams } from "react-router";
import { asIpcError } from "@/ipc/door";
import { useDoor } from "@/ipc/door-context";
import type { ProfileForm } from "@/ipc/types";
import { Confirm } from "@/shared/confirm";
import { Page } from "@/shared/page";
import { useProfileForm } from "@/shared/profile-form/api";
import {
  destinationProblems,
  executeProblems,
  focusField,
  newDraft,
  type Problem,
  partOf,
  testProblems,
} from "@/shared/profile-form/draft";
import { FormError } from "@/shared/profile-form/form-error";
import { forgetDraft, keepDraft, loadDraft, nameOf } from "@/shared/profile-form/saved-draft";
import { TestButton } from "@/shared/profile-form/test-button";
import { NOTHING_STORED, useProfileEditor } from "@/shared/profile-form/use-profile-editor";
import { useConnectionTest } from "@/shared/profile-form/use-test";
import { CONNECT_STEPS, type ConnectStep, routes } from "@/shared/routes";
import { ErrorNote, Loading } from "@/shared/states";
import tabs from "@/shared/tabs.module.css";
import classes from "./connect.module.css";
import { ConnectFoot } from "./connect-foot";
import { ConnectStepBody } from "./connect-steps";

const TITLES: Record<ConnectStep, string> = {
  execute: "Execute",
  destination: "Destination",
  schedule: "Schedule and options",
  review: "Review",
};

export function ConnectPage() {
  const form = useProfileForm();
  const { step } = useParams();
  const navigate = useNavigate();
  // Each beginning has a form of its own.
  const [begun, setBegun] = useState(0);
  const known = CONNECT_STEPS.find((each) => each === step);
  const startOver = () => {
    forgetDraft();
    setBegun((now) => now + 1);
    void navigate(routes.connect());
  };
  if (!known) return <Navigate replace to={routes.connect()} />;
  return (
    <Page key={begun} title="Connect to Execute" narrow>
      {form.error && <ErrorNote error={form.error} />}
      {form.isPending && <Loading label="Loading the form" />}
      {form.data && <Wizard form={form.data} step={known} startOver={startOver} />}
    </Page>
  );
}

type WizardProps = { form: ProfileForm; step: ConnectStep; startOver: () => void };

function Wizard({ form, step, startOver }: WizardProps) {
  const door = useDoor();
  const navigate = useNavigate();
  const [left] = useState(loadDraft);
  const [asking, setAsking] = useState(false);
  const editor = useProfileEditor(left ?? newDraft(form), NOTHING_STORED);
  const test = useConnectionTest(editor.revision);
  const { draft, secret } = editor;
  const begun = JSON.stringify(draft) !== JSON.stringify(newDraft(form));
  useEffect(() => (begun ? keepDraft(draft) : forgetDraft()), [draft, begun]);

  const problemsOf = (each: ConnectStep): Problem[] =>
    each === "execute" ? executeProblems(editor) : each === "destination" ? destinationProblems(draft, form) : [];

  /** True if nothing is missing; otherwise says so and goes to the first gap. */
  const complete = (problems: Problem[]): boolean => {
    editor.setProblems(problems);
    if (problems[0]) focusField(problems[0].field);
    return problems.length === 0;
  };

  const save = useMutation({
    mutationFn: async () => {
      const id = await door.saveProfile(draft, secret || null);
      await door.syncNow(id, false, false);
      return id;
    },
    onSuccess: (id) => {
      editor.setSecret("");
      forgetDraft();
      void navigate(routes.profile(id));
    },
    onError: (thrown) => {
      const { field, message } = asIpcError(thrown);
      if (field) editor.setProblems([{ field, message }]);
    },
  });

  const elsewhere = (field: string) => {
    const there = stepOf(field, form);
    return there === step ? null : { title: TITLES[there], go: () => void navigate(routes.connect(there)) };
  };
  const at = CONNECT_STEPS.indexOf(step);
  const next = () => {
    const following = CONNECT_STEPS[at + 1];
    if (following && complete(problemsOf(step))) void navigate(routes.connect(following));
  };
  const finish = () => {
    const gap = CONNECT_STEPS.find((each) => problemsOf(each).length > 0);
    if (!gap) return save.mutate();
    editor.setProblems(problemsOf(gap));
    void navigate(routes.connect(gap));
  };
  const runTest = async () => {
    const gaps = testProblems(editor);
    if (step !== "execute" && gaps.length > 0) {
      // What is missing stands on the first step.
      editor.setProblems(gaps);
      return void navigate(routes.connect());
    }
    if (!complete(gaps)) return;
    const field = await test.run(draft, secret);
    if (field) focusField(field);
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (step === "review") finish();
        else next();
      }}
    >
      <Steps current={step} />
      <ConnectStepBody {...{ step, form, editor, test, elsewhere }} />
      {save.error && step === "review" && <FormError error={save.error} editor={editor} elsewhere={elsewhere} />}
      <ConnectFoot
        step={step}
        startOver={begun ? () => setAsking(true) : null}
        back={() => void navigate(CONNECT_STEPS[at - 1] ? routes.connect(CONNECT_STEPS[at - 1]) : routes.welcome)}
        test={step === "schedule" ? null : <TestButton test={test} run={() => void runTest()} />}
        saving={save.isPending}
      />
      <Confirm
        opened={asking}
        title="Start over?"
        yes="Start over"
        no="Keep it"
        onYes={startOver}
        onNo={() => setAsking(false)}
      >
        What you entered for {nameOf(draft)} goes.
      </Confirm>
    </form>
  );
}

/** The step on which a field is asked for. */
function stepOf(field: string, form: ProfileForm): ConnectStep {
  const part = partOf(field, form);
  return part === "options" ? "schedule" : part;
}

function Steps({ current }: { current: ConnectStep }) {
  const list = useRef<HTMLOListElement>(null);
  // Each step is read from its top, however far down the one before was left.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step is the reason to scroll
  useEffect(() => {
    list.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return (
    <ol ref={list} className={`${tabs.tabs} ${classes.steps}`} aria-label="Steps">
      {CONNECT_STEPS.map((step, i) => (
        <li key={step}>
          <Link
            to={routes.connect(step)}
            className={`${tabs.tab} ${classes.step}`}
            {...(step === current ? { "aria-current": "step" as const } : {})}
          >
            <span className={classes.number}>{i + 1}</span>
            {TITLES[step]}
          </Link>
        </li>
      ))}
    </ol>
  );
}
