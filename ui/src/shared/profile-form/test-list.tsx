// The connection test, ticking off one by one. A failure says cause and remedy and can be copied.
import { Loader } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { TestStep } from "@/ipc/types";
import { CheckIcon, CrossIcon } from "../icons";
import { ErrorNote } from "../states";
import { type Elsewhere, FormError } from "./form-error";
import classes from "./profile-form.module.css";
import type { ProfileEditor } from "./use-profile-editor";
import type { ConnectionTest } from "./use-test";

type Props = { test: ConnectionTest; editor: ProfileEditor; elsewhere?: Elsewhere };

export function TestList({ test, editor, elsewhere }: Props) {
  const section = useRef<HTMLElement>(null);
  const now = `${test.state} ${test.steps.length}`;
  const shown = useRef(now);
  // The list stands below the form: whoever pressed Test wants to watch it. Shown again later, it stays where it is.
  useEffect(() => {
    const isNews = shown.current !== now || test.state === "running";
    shown.current = now;
    if (!isNews) return;
    // In braces: newer engines answer with a promise, which React would take for a clean-up.
    const failure = test.state === "running" ? null : section.current?.querySelector("[role=alert]");
    const told = failure ?? section.current?.querySelector("li:last-child");
    told?.scrollIntoView({ block: "nearest" });
  }, [now, test.state]);
  const failed = test.steps.filter((step) => step.error).length;
  if (test.state === "idle") return null;
  const running = test.state === "running";
  const ended = failed === 0 ? "All steps passed" : `${failed} failed`;
  return (
    <section ref={section} aria-label="Connection test">
      <p className="visually-hidden" role="status">
        {running ? "Testing" : test.state === "stopped" ? "The test was stopped" : ended}
      </p>
      {test.outdated && <p className={classes.outdated}>The form was changed since. Test it again.</p>}
      <ol className={classes.steps}>
        {test.steps.map((step) => (
          <Step key={step.name} {...{ step, editor, elsewhere }} />
        ))}
        {running && (
          <li className={classes.step}>
            <span className={classes.mark}>
              <Loader size={14} aria-hidden="true" />
            </span>
            <span className={classes.found}>Next…</span>
          </li>
        )}
        {test.state === "stopped" && <li className={classes.stopped}>Stopped here; the rest was not tested.</li>}
      </ol>
      {test.error !== null && <ErrorNote error={test.error} />}
    </section>
  );
}

type StepProps = { step: TestStep; editor: ProfileEditor; elsewhere: Elsewhere | undefined };

function Step({ step, editor, elsewhere }: StepProps) {
  const good = step.error === null;
  return (
    <li className={classes.step}>
      <span className={classes.mark} style={{ color: good ? "var(--es-good)" : "var(--es-bad)" }}>
        {good ? <CheckIcon size={14} /> : <CrossIcon size={14} />}
      </span>
      <span className={classes.stepName}>
        {step.name}
        <span className="visually-hidden">{good ? ": passed" : ": failed"}</span>
      </span>
      {step.error ? (
        <div>
          <FormError {...{ error: step.error, editor, elsewhere }} />
          {step.advice && <span className={classes.advice}>{step.advice}</span>}
        </div>
      ) : (
        <span className={classes.found}>
          {step.found}
          {step.advice && <span className={classes.advice}>{step.advice}</span>}
        </span>
      )}
    </li>
  );
}
