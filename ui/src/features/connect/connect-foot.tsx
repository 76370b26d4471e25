// What stands under each step: back, test, on.
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { ConnectStep } from "@/shared/routes";
import classes from "./connect.module.css";

type Props = {
  step: ConnectStep;
  back: () => void;
  startOver: (() => void) | null;
  test: ReactNode;
  saving: boolean;
};

export function ConnectFoot({ step, back, startOver, test, saving }: Props) {
  return (
    <div className={classes.foot}>
      <div>
        <Button variant="default" onClick={back}>
          Back
        </Button>
        {startOver && (
          <Button variant="subtle" onClick={startOver}>
            Start over
          </Button>
        )}
      </div>
      <div>
        {test}
        <Button type="submit" loading={saving}>
          {step === "review" ? "Save and sync" : "Continue"}
        </Button>
      </div>
    </div>
  );
}
