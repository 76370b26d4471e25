// What is typed here began from what the profile is no longer: by hand in its file, or by another program, it was changed.
import { Button } from "@mantine/core";
import { ErrorNote } from "@/shared/states";

const CHANGED = {
  code: "configuration",
  message: "This profile was changed elsewhere while you changed it here.",
  hint: "Saving would undo that. Load it as it is now, and make your change once more: what you typed here goes.",
};

export function ChangedElsewhere({ load }: { load: () => void }) {
  return (
    <ErrorNote error={CHANGED} tone="warn">
      <Button size="xs" onClick={load}>
        Load it again
      </Button>
    </ErrorNote>
  );
}
