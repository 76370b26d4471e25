// A profile being written: what it starts from, what is missing in it. No component, no secret.
import type { ProfileDraft, ProfileForm } from "@/ipc/types";

/** Names by which an error's `field` points at the parts of a profile that every destination has. */
export const FIELDS = { name: "NAME", url: "EXECUTE_URL", keyId: "EXECUTE_APIKEY_ID", secret: "EXECUTE_APIKEY_SECRET" };

export type Problem = { field: string; message: string };

export function newDraft(form: ProfileForm): ProfileDraft {
  const destination = form.destinations.find((each) => each.available);
  const place = form.secretPlaces.find((each) => each.problem === null);
  const given = (destination?.fields ?? []).flatMap((f): [string, string][] =>
    f.default ? [[f.name, f.default]] : [],
  );
  return {
    id: null,
    name: "",
    url: "",
    keyId: "",
    secretPlace: place?.place ?? "keychain",
    secretName: null,
    allowHttp: false,
    destination: destination?.kind ?? "",
    fields: Object.fromEntries(given),
    options: {},
    schedule: {
      everyMinutes: 10,
      dailyAt: null,
      withinFrom: null,
      withinUntil: null,
      onStart: true,
      onWake: true,
      fullRefreshAt: null,
    },
  };
}

/** Not `URL.canParse`: the oldest web view the app runs in has none. */
function parsed(url: string): URL | null {
  try {
    return new URL(url.trim());
  } catch {
    return null;
  }
}

export function hostOf(url: string): string | null {
  return parsed(url)?.host || null;
}

/** The base of an address that was copied whole from the browser; none if there is nothing to trim. */
export function trimmedUrl(url: string): string | null {
  const found = parsed(url);
  if (!found) return null;
  const { protocol, origin, pathname, search, hash } = found;
  const plain = pathname === "/" && search === "" && hash === "";
  return plain || !/^https?:$/.test(protocol) ? null : origin;
}

/** A name to begin with: `northern.example.com` → `Northern`. */
export function nameFor(url: string): string {
  const first = hostOf(url)?.split(/[.:]/)[0] ?? "";
  return first.charAt(0).toUpperCase() + first.slice(1);
}

export function executeProblems(draft: ProfileDraft, secretReady: boolean): Problem[] {
  const problems: Problem[] = [];
  if (draft.url.trim() === "") problems.push({ field: FIELDS.url, message: "Enter the address of Execute." });
  else if (hostOf(draft.url) === null) {
    problems.push({ field: FIELDS.url, message: "This is not an address. It begins with https://." });
  }
  if (draft.keyId.trim() === "") problems.push({ field: FIELDS.keyId, message: "Enter the API key's id." });
  if (!secretReady) problems.push({ field: FIELDS.secret, message: secretMessage(draft.secretPlace) });
  if (draft.name.trim() === "") problems.push({ field: FIELDS.name, message: "Give the profile a name." });
  return problems;
}

function secretMessage(place: string): string {
  if (place === "file") return "Enter the path of the file that holds the secret.";
  if (place === "environment") return "Enter the name of the variable that holds the secret.";
  return "Enter the API key's secret.";
}

export function destinationProblems(draft: ProfileDraft, form: ProfileForm): Problem[] {
  const fields = form.destinations.find((each) => each.kind === draft.destination)?.fields ?? [];
  return fields
    .filter((field) => field.required && !draft.fields[field.name]?.trim())
    .map((field) => ({ field: field.name, message: `${field.title} is missing.` }));
}

/** Puts the cursor where the error is; nothing happens if that field is on another page. */
export function focusField(name: string): boolean {
  for (const element of document.querySelectorAll<HTMLElement>("[data-field]")) {
    if (element.dataset.field !== name) continue;
    element.focus();
    return true;
  }
  return false;
}
