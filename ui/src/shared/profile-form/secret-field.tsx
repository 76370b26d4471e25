// The API key's secret: it can be typed and replaced, never read. Without a stored one for this very host it is asked for.
import { Button, Group, Input, PasswordInput } from "@mantine/core";
import { useState } from "react";
import type { IpcError } from "@/ipc/types";
import { ended } from "../format";
import { CheckIcon } from "../icons";
import { FIELDS } from "./draft";

type Props = {
  /** The host a secret is stored for, if it is the one in the form. */
  setFor: string | null;
  /** Why the stored one cannot be had now. */
  problem: IpcError | null;
  host: string | null;
  value: string;
  error?: string | undefined;
  onChange: (value: string) => void;
};

export function SecretField({ setFor, problem, host, value, error, onChange }: Props) {
  const [replacing, setReplacing] = useState(false);
  if (setFor !== null && !replacing) {
    const trouble = problem && [ended(problem.message), problem.hint].filter(Boolean).join(" ");
    return (
      <Input.Wrapper label="Secret" error={error ?? trouble}>
        <Group gap="sm">
          {!problem && (
            <span style={{ color: "var(--es-good)", display: "inline-flex" }}>
              <CheckIcon />
            </span>
          )}
          <span>Set for {setFor}</span>
          <Button variant="default" size="compact-sm" data-field={FIELDS.secret} onClick={() => setReplacing(true)}>
            Replace
          </Button>
        </Group>
      </Input.Wrapper>
    );
  }
  return (
    <PasswordInput
      label="Secret"
      description={
        host && setFor === null ? `Not set for ${host}. It is never shown again.` : "It is never shown again."
      }
      error={error}
      data-field={FIELDS.secret}
      autoFocus={replacing}
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      visibilityToggleButtonProps={{ "aria-label": "Show what you typed" }}
    />
  );
}
