// What stands under each step: back, test, on.
import { Button } from "@mantine/core";
import type { ConnectStep } from "@/shared/routes";
import classes from "./connect.module.css";

type Props = { step: ConnectStep; back: () => void; test: (() => void) | null; testing: boolean; saving: boolean };

export function ConnectFoot({ step, back, test, testing, saving }: Props) {
  return (
    <div className={classes.foot}>
      <Button variant="default" onClick={back}>
        Back
      </Button>
      <div>
        {test && (
          <Button variant="default" onClick={test} loading={testing}>
            Test
          </Button>
        )}
        <Button type="submit" loading={saving}>
          {step === "review" ? "Save and sync" : "Continue"}
        </Button>
      </div>
    </div>
  );
}
