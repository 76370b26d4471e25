// The state of a form on a profile. The secret is kept apart from the draft and only as long as it takes to hand it over.
import { useCallback, useState } from "react";
import type { ChosenDatabase, IpcError, ProfileDetail, ProfileDraft } from "@/ipc/types";
import { sentence } from "../format";
import { isKeptByUs, meantOrigin, originOf, type Problem, withTypedSince } from "./draft";

/** What the core has of a profile besides its draft. */
export type Stored = {
  sample: boolean;
  /** The host that a secret was entered for. */
  secretFor: string | null;
  /** Why that secret cannot be had now. */
  secretProblem: IpcError | null;
};

export const NOTHING_STORED: Stored = { sample: false, secretFor: null, secretProblem: null };

export function storedOf(detail: ProfileDetail): Stored {
  return {
    sample: detail.sample,
    secretFor: detail.secretSet ? detail.secretHost : null,
    secretProblem: detail.secretProblem,
  };
}

export type ProfileEditor = {
  draft: ProfileDraft;
  /** Reads the built-in sample: neither address nor key are asked for. */
  sample: boolean;
  /** What was typed and not yet handed over. */
  secret: string;
  /** The host of the form, if the core holds a secret for it. */
  secretSetFor: string | null;
  secretProblem: IpcError | null;
  /** Why there is no secret for what is in the form; none = there is one. */
  secretMissing: string | null;
  /** Where the profile's secret was when the form began. */
  firstPlace: Pick<ProfileDraft, "secretPlace" | "secretName">;
  /** Messages by field. */
  problems: Record<string, string>;
  /** Counts up with each change that a test would notice. */
  revision: number;
  /** The database that was chosen in a dialog; the step that shows it may be left and found again. */
  database: ChosenDatabase | null;
  change: (patch: Partial<ProfileDraft>) => void;
  setDatabase: (chosen: ChosenDatabase) => void;
  setSecret: (secret: string) => void;
  /** `sent` was saved, and the profile is `now`: the form goes on from there with what was typed since. */
  goOn: (sent: ProfileDraft, now: ProfileDraft) => void;
  setProblems: (problems: Problem[]) => void;
};

/** `left` is what was made of `first` before and not saved. */
export function useProfileEditor(first: ProfileDraft, stored: Stored, left: ProfileDraft | null = null): ProfileEditor {
  // What the form begins with; the caller may hand over a newer draft each time.
  const [begun, setBegun] = useState(first);
  const [draft, setDraft] = useState(left ?? first);
  const [secret, setSecret] = useState("");
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [revision, setRevision] = useState(0);
  const [database, setDatabase] = useState<ChosenDatabase | null>(null);

  // Compared with the address the form began with: the core may name a host in other words.
  const sameAddress = originOf(draft.url) !== null && originOf(draft.url) === originOf(begun.url);
  const secretSetFor = sameAddress ? stored.secretFor : null;
  const samePlace = draft.secretPlace === begun.secretPlace && draft.secretName === begun.secretName;
  // Whether a variable is for another address, the core asks by itself.
  const isFileOfOther =
    draft.id !== null && draft.secretPlace === "file" && !isKeptByUs(draft) && samePlace && secretSetFor === null;

  const change = useCallback(
    (patch: Partial<ProfileDraft>) => {
      const next = { ...draft, ...patch };
      const moved = meantOrigin(next.url) !== meantOrigin(draft.url);
      setDraft((now) => ({ ...now, ...patch }));
      // A secret typed for one host must never travel to another, nor be left where none is typed.
      if (moved || !isKeptByUs(next)) setSecret("");
      if (Object.keys(patch).some((key) => key !== "name" && key !== "schedule")) setRevision((now) => now + 1);
      setProblems({});
    },
    [draft],
  );

  const secretMissing = (): string | null => {
    if (stored.sample) return null;
    if (isKeptByUs(draft)) return secret !== "" || secretSetFor !== null ? null : "Enter the API key's secret.";
    if (!draft.secretName) return "Enter the name of the variable that holds the secret.";
    return isFileOfOther ? "This file was named for another address. Keep the secret elsewhere for this one." : null;
  };

  return {
    draft,
    sample: stored.sample,
    secret,
    secretSetFor,
    secretProblem: stored.secretProblem,
    secretMissing: secretMissing(),
    firstPlace: begun,
    problems,
    revision,
    database,
    change,
    setDatabase,
    setSecret: useCallback((typed: string) => {
      setSecret(typed);
      setRevision((now) => now + 1);
    }, []),
    goOn: useCallback((sent: ProfileDraft, now: ProfileDraft) => {
      setBegun(now);
      setDraft((mine) => withTypedSince(sent, mine, now));
    }, []),
    setProblems: useCallback(
      (list: Problem[]) => setProblems(Object.fromEntries(list.map((p) => [p.field, sentence(p.message)]))),
      [],
    ),
  };
}
