// The connection being set up, so that it can be left and found again. Never its secret.
import type { ProfileDraft } from "@/ipc/types";
import { withoutLogin } from "./draft";

const KEY = "execute-sync.connect-draft";

export function loadDraft(): ProfileDraft | null {
  try {
    const text = localStorage.getItem(KEY);
    const draft: unknown = text === null ? null : JSON.parse(text);
    // Written by this very page; a draft of an older version that lacks a part is not worth mending.
    return typeof draft === "object" && draft !== null && "schedule" in draft ? (draft as ProfileDraft) : null;
  } catch {
    return null;
  }
}

/** What a person would call the connection being set up. */
export function nameOf(draft: ProfileDraft): string {
  return draft.name.trim() || draft.url.trim() || "the connection";
}

/** The option that may hold a login. */
export const PROXY = "PROXY";

/** A draft that may be written down here: without the logins that its addresses may hold. */
export function withoutLogins(draft: ProfileDraft): ProfileDraft {
  const proxy = draft.options[PROXY];
  const options = proxy === undefined ? draft.options : { ...draft.options, [PROXY]: withoutLogin(proxy) };
  return { ...draft, url: withoutLogin(draft.url), options };
}

export function keepDraft(draft: ProfileDraft): void {
  localStorage.setItem(KEY, JSON.stringify(withoutLogins(draft)));
}

export function forgetDraft(): void {
  localStorage.removeItem(KEY);
}
