// The state of a form on a profile. The secret is kept apart from the draft and only as long as it takes to hand it over.
import { useCallback, useState } from "react";
import type { ProfileDraft } from "@/ipc/types";
import { hostOf, type Problem } from "./draft";

export type ProfileEditor = {
  draft: ProfileDraft;
  /** What was typed and not yet handed over. */
  secret: string;
  /** The host of the form, if the core holds a secret for it. */
  secretSetFor: string | null;
  /** Can the core reach the secret with what is in the form? */
  secretReady: boolean;
  /** Messages by field. */
  problems: Record<string, string>;
  change: (patch: Partial<ProfileDraft>) => void;
  setSecret: (secret: string) => void;
  setProblems: (problems: Problem[]) => void;
  replaceDraft: (draft: ProfileDraft) => void;
};

export function useProfileEditor(first: ProfileDraft, storedFor: string | null): ProfileEditor {
  const [draft, setDraft] = useState(first);
  const [secret, setSecret] = useState("");
  const [problems, setProblems] = useState<Record<string, string>>({});
  const host = hostOf(draft.url);
  // Compared with the address the form began with: the core may name a host without its port.
  const secretSetFor = host !== null && host === hostOf(first.url) ? storedFor : null;

  const change = useCallback(
    (patch: Partial<ProfileDraft>) => {
      setDraft((now) => ({ ...now, ...patch }));
      // A secret typed for one host must never travel to another.
      if (patch.url !== undefined && hostOf(patch.url) !== host) setSecret("");
      setProblems({});
    },
    [host],
  );

  return {
    draft,
    secret,
    secretSetFor,
    secretReady: draft.secretPlace === "keychain" ? secret !== "" || secretSetFor !== null : !!draft.secretName,
    problems,
    change,
    setSecret,
    setProblems: useCallback(
      (list: Problem[]) => setProblems(Object.fromEntries(list.map((p) => [p.field, p.message]))),
      [],
    ),
    replaceDraft: setDraft,
  };
}
