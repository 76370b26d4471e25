// Runs the connection test and collects its steps as they come. No cache: one would keep the secret it was given.
import { useEffect, useRef, useState } from "react";
import { asIpcError } from "@/ipc/door";
import { useDoor } from "@/ipc/door-context";
import type { ProfileDraft, TestStep } from "@/ipc/types";

export type ConnectionTest = {
  steps: TestStep[];
  state: "idle" | "running" | "stopped" | "done";
  error: unknown;
  /** The form was changed since: what is shown was true of another one. */
  outdated: boolean;
  /** Answers with the field of the first failed step. */
  run: (draft: ProfileDraft, secret: string) => Promise<string | null>;
  stop: () => void;
};

/** `revision` counts the changes of the form. The test ends with the page it was begun on. */
export function useConnectionTest(revision: number): ConnectionTest {
  const door = useDoor();
  const [steps, setSteps] = useState<TestStep[]>([]);
  const [state, setState] = useState<ConnectionTest["state"]>("idle");
  const [error, setError] = useState<unknown>(null);
  const [tested, setTested] = useState(revision);
  // Steps of a test that was overtaken by the next one must not mix with it.
  const latest = useRef(0);
  const running = useRef(false);
  const stop = () => {
    // A core that cannot be asked has nothing under way; the test itself says so.
    if (running.current) void door.stopTest().catch(() => undefined);
  };
  const stopOnLeaving = useRef(stop);
  stopOnLeaving.current = stop;
  useEffect(() => () => stopOnLeaving.current(), []);

  const run = async (draft: ProfileDraft, secret: string): Promise<string | null> => {
    latest.current += 1;
    const mine = latest.current;
    const seen: TestStep[] = [];
    let end: ConnectionTest["state"] = "done";
    setSteps([]);
    setError(null);
    setTested(revision);
    setState("running");
    running.current = true;
    try {
      await door.testProfile(draft, secret || null, (step) => {
        seen.push(step);
        if (latest.current === mine) setSteps([...seen]);
      });
    } catch (thrown) {
      if (asIpcError(thrown).code === "cancelled") end = "stopped";
      else if (latest.current === mine) setError(thrown);
    }
    if (latest.current !== mine) return null;
    running.current = false;
    setState(end);
    return end === "stopped" ? null : (seen.find((step) => step.error?.field)?.error?.field ?? null);
  };
  return { steps, state, error, outdated: state !== "idle" && tested !== revision, run, stop };
}
