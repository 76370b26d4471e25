// A failure on a form: where the core knows an address that would do, it is offered with one click.
import { Button } from "@mantine/core";
import { asIpcError } from "@/ipc/door";
import { ErrorNote } from "../states";
import { FIELDS } from "./draft";
import type { ProfileEditor } from "./use-profile-editor";

type Props = { error: unknown; editor: ProfileEditor; elsewhere?: Elsewhere | undefined };

/** Where a field is, if it is on another page of the form: what that page is called, and the way there. */
export type Elsewhere = (field: string) => { title: string; go: () => void } | null;

export function FormError({ error, editor, elsewhere }: Props) {
  const { field, suggestion } = asIpcError(error);
  const page = field === null ? null : (elsewhere?.(field) ?? null);
  const offered = field === FIELDS.url && suggestion !== editor.draft.url ? suggestion : null;
  return (
    <ErrorNote error={error}>
      {offered && (
        <Button size="xs" onClick={() => editor.change({ url: offered })}>
          Use {offered}
        </Button>
      )}
      {page && !offered && (
        <Button size="xs" variant="default" onClick={page.go}>
          Go to {page.title}
        </Button>
      )}
    </ErrorNote>
  );
}
