// What was changed in a profile's settings and not saved, kept where closing the window does not reach. Never its secret.
import type { ProfileDraft } from "@/ipc/types";
import { PROXY, withoutLogins } from "./saved-draft";

type Kept = { begun: ProfileDraft; draft: ProfileDraft };

const keyOf = (id: string | null) => `execute-sync.changes.${id}`;

/** The changes to a profile as it is now; none if there are none, or they were made to what it no longer is. */
export function loadChanges(now: ProfileDraft): ProfileDraft | null {
  const kept = read(now.id);
  if (!kept || JSON.stringify(kept.begun) !== JSON.stringify(withoutLogins(now))) return null;
  const { begun, draft } = kept;
  // No login is kept here; an address that was left alone has that of the profile.
  const url = draft.url === begun.url ? now.url : draft.url;
  const proxy = now.options[PROXY];
  const hasItsProxy = proxy !== undefined && draft.options[PROXY] === begun.options[PROXY];
  return { ...draft, url, options: hasItsProxy ? { ...draft.options, [PROXY]: proxy } : draft.options };
}

function read(id: string | null): Kept | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(id)) ?? "null");
    // Written by this app; what an older version left that lacks a part differs from the profile, and is not used.
    return typeof kept === "object" && kept !== null && "begun" in kept && "draft" in kept ? (kept as Kept) : null;
  } catch {
    return null;
  }
}

export function keepChanges(begun: ProfileDraft, draft: ProfileDraft): void {
  const kept: Kept = { begun: withoutLogins(begun), draft: withoutLogins(draft) };
  localStorage.setItem(keyOf(begun.id), JSON.stringify(kept));
}

export function forgetChanges(id: string | null): void {
  localStorage.removeItem(keyOf(id));
}
