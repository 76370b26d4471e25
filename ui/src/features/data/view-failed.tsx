// What stands in the place of the rows when they cannot be had, and what can be done about it.
import { Button } from "@mantine/core";
import { ErrorNote } from "@/shared/states";

type Props = {
  error: unknown;
  retry: () => void;
  /** Takes the filters away, since one of them may be the reason; none where there are none, or they are not. */
  clear?: (() => void) | null;
};

export function ViewFailed({ error, retry, clear }: Props) {
  return (
    <div style={{ padding: 16 }}>
      <ErrorNote error={error}>
        <Button size="xs" variant="default" onClick={retry}>
          Try again
        </Button>
        {clear && (
          <Button size="xs" variant="default" onClick={clear}>
            Clear the filters
          </Button>
        )}
      </ErrorNote>
    </div>
  );
}
