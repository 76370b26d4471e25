// Runs the connection test and collects its steps as they come. No cache: one would keep the secret it was given.
import { useRef, useState } from "react";
import { useDoor } from "@/ipc/door-context";
import type { ProfileDraft, TestStep } from "@/ipc/types";

export type ConnectionTest = {
  steps: TestStep[];
  state: "idle" | "running" | "done";
  error: unknown;
  /** Answers with the field of the first failed step. */
  run: (draft: ProfileDraft, secret: string) => Promise<string | null>;
};

export function useConnectionTest(): ConnectionTest {
  const door = useDoor();
  const [steps, setSteps] = useState<TestStep[]>([]);
  const [state, setState] = useState<ConnectionTest["state"]>("idle");
  const [error, setError] = useState<unknown>(null);
  // Steps of a test that was overtaken by the next one must not mix with it.
  const latest = useRef(0);
  const run = async (draft: ProfileDraft, secret: string): Promise<string | null> => {
    latest.current += 1;
    const mine = latest.current;
    const seen: TestStep[] = [];
    setSteps([]);
    setError(null);
    setState("running");
    try {
      await door.testProfile(draft, secret || null, (step) => {
        seen.push(step);
        if (latest.current === mine) setSteps([...seen]);
      });
    } catch (thrown) {
      if (latest.current === mine) setError(thrown);
    }
    if (latest.current !== mine) return null;
    setState("done");
    return seen.find((step) => step.error?.field)?.error?.field ?? null;
  };
  return { steps, state, error, run };
}
