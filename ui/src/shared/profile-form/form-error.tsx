// A failure on a form: where the core knows an address that would do, it is offered with one click.
import { Button } from "@mantine/core";
import { asIpcError } from "@/ipc/door";
import { ErrorNote } from "../states";
import { FIELDS } from "./draft";
import type { ProfileEditor } from "./use-profile-editor";

export function FormError({ error, editor }: { error: unknown; editor: ProfileEditor }) {
  const { field, suggestion } = asIpcError(error);
  const offered = field === FIELDS.url && suggestion !== editor.draft.url ? suggestion : null;
  return (
    <ErrorNote error={error}>
      {offered && (
        <Button size="xs" onClick={() => editor.change({ url: offered })}>
          Use {offered}
        </Button>
      )}
    </ErrorNote>
  );
}
