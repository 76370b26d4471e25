// A path in a form. It comes from a dialog of the core, so nobody mistypes one: it is shown here, beside what chooses it.
import { Group, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import type { FieldForm } from "@/ipc/types";
import { tellFailure } from "../notify";

type Props = {
  field: FieldForm;
  value: string;
  placeholder?: string;
  error: string | undefined;
  /** What chooses it. */
  children: ReactNode;
};

export function ChosenPath({ field, value, placeholder, error, children }: Props) {
  return (
    <>
      <TextInput
        label={field.title}
        description={field.help}
        error={error}
        data-field={field.name}
        value={value}
        placeholder={placeholder ?? ""}
        readOnly
      />
      <Group gap="xs">{children}</Group>
    </>
  );
}

/** Takes what is chosen in a dialog, unless the person thinks better of it. */
export function takeChosen<T>(asked: Promise<T | null>, take: (chosen: T) => void): void {
  asked.then((chosen) => chosen !== null && take(chosen)).catch(tellFailure);
}
