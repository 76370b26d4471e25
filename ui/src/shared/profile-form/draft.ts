// A profile being written: what it starts from, what is missing in it. No component, no secret.
import type { ProfileDraft, ProfileForm, ScheduleDraft } from "@/ipc/types";

/** Names by which an error's `field` points at the parts of a profile that every destination has. */
export const FIELDS = { name: "NAME", url: "EXECUTE_URL", keyId: "EXECUTE_APIKEY_ID", secret: "EXECUTE_APIKEY_SECRET" };

/** The same for when it runs. */
export const SCHEDULE_FIELDS = {
  everyMinutes: "EVERY_MINUTES",
  dailyAt: "DAILY_AT",
  withinFrom: "WITHIN_FROM",
  withinUntil: "WITHIN_UNTIL",
  fullRefreshAt: "FULL_REFRESH_AT",
};

export type Problem = { field: string; message: string };

/** The best place for a secret that works here now. */
export function usablePlace(form: ProfileForm): string {
  return form.secretPlaces.find((each) => each.problem === null)?.place ?? "keychain";
}

export function newDraft(form: ProfileForm): ProfileDraft {
  const destination = form.destinations.find((each) => each.available);
  const given = (destination?.fields ?? []).flatMap((f): [string, string][] =>
    f.default ? [[f.name, f.default]] : [],
  );
  return {
    id: null,
    stamp: null,
    name: "",
    url: "",
    keyId: "",
    secretPlace: usablePlace(form),
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

/** The profile as it is after `sent` was saved, with what was typed since. */
export function withTypedSince(sent: ProfileDraft, mine: ProfileDraft, now: ProfileDraft): ProfileDraft {
  const isTyped = ([key, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(sent[key as keyof ProfileDraft]);
  return { ...now, ...Object.fromEntries(Object.entries(mine).filter(isTyped)) };
}

/** The option by which Execute sends calculated fields too. */
export const CALCULATED = "INCLUDE_CALCS";

/** When a full refresh comes unless another time is chosen. */
export const NIGHTLY = "02:30";

/** Execute does not send a document again when only a calculated value changed: with these fields comes a nightly refresh. */
export function withRefresh(schedule: ScheduleDraft, wanted: boolean): ScheduleDraft {
  return wanted && schedule.fullRefreshAt === null ? { ...schedule, fullRefreshAt: NIGHTLY } : schedule;
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

/** What a secret is entered for: a host and a port, and whether it travels encrypted. */
export function originOf(url: string): string | null {
  const found = parsed(url);
  return found?.host ? `${found.protocol}//${found.host}` : null;
}

/**
 * An address without what no address of Execute has: what a browser puts behind `?` and `#`, and the path of a request.
 * Its path stays, since Execute may lie under one; whether it does is found out by the test. None if nothing is to trim.
 */
export function trimmedUrl(url: string): string | null {
  const given = url.trim();
  const found = parsed(/^[a-z][a-z\d+.-]*:\/\//i.test(given) ? given : `https://${given}`);
  if (!found || !/^https?:$/.test(found.protocol) || !/[.:]|^localhost$/.test(found.host)) return null;
  const path = found.pathname.replace(/\/fetch(\/document(\/schema)?)?\/*$/i, "").replace(/\/+$/, "");
  const base = found.origin + path;
  const isBase = found.search === "" && found.hash === "" && path === found.pathname.replace(/\/+$/, "");
  return isBase && parsed(given)?.origin === found.origin ? null : base;
}

/** The origin of the address that is offered in the place of this one; its own if none is. */
export function meantOrigin(url: string): string | null {
  return originOf(trimmedUrl(url) ?? url);
}

/** An address without the name and password that it may hold; nothing of it where nobody can tell what is a login. */
export function withoutLogin(address: string): string {
  const found = parsed(address);
  if (!found?.host) return address.includes("@") ? "" : address;
  if (found.username === "" && found.password === "") return address;
  found.username = "";
  found.password = "";
  return found.href;
}

/** Would the key travel in clear over a network? The core's rule: not over https, and not on this machine. */
export function isInClear(url: string): boolean {
  const found = parsed(url);
  if (found?.protocol !== "http:") return false;
  const host = found.hostname.replace(/\.$/, "");
  return !(
    /(^|\.)localhost$/.test(host) ||
    /^127\.\d+\.\d+\.\d+$/.test(host) ||
    /^\[::(1|ffff:7f[\da-f]{2}:[\da-f]+)\]$/.test(host)
  );
}

/** A name to begin with: `northern.example.com` → `Northern`. */
export function nameFor(url: string): string {
  const first = hostOf(url)?.split(/[.:]/)[0] ?? "";
  return first.charAt(0).toUpperCase() + first.slice(1);
}

/** Do we keep the secret ourselves? Then it can be typed here. */
export function isKeptByUs(draft: Pick<ProfileDraft, "secretPlace" | "secretName">): boolean {
  return draft.secretPlace === "keychain" || (draft.secretPlace === "file" && !draft.secretName);
}

/** What is judged of the source; `secretMissing` says why there is no secret for it. */
export type SourcePart = { draft: ProfileDraft; sample: boolean; secretMissing: string | null };

/** What a test cannot do without. It takes any address, and finds out which part of it is needed. */
export function testProblems({ draft, sample, secretMissing }: SourcePart): Problem[] {
  const problems: Problem[] = [];
  if (!sample) {
    if (draft.url.trim() === "") problems.push({ field: FIELDS.url, message: "Enter the address of Execute." });
    else if (hostOf(draft.url) === null && trimmedUrl(draft.url) === null) {
      problems.push({ field: FIELDS.url, message: "This is not an address. It begins with https://." });
    }
    if (draft.keyId.trim() === "") problems.push({ field: FIELDS.keyId, message: "Enter the API key's id." });
    if (secretMissing !== null) problems.push({ field: FIELDS.secret, message: secretMissing });
  }
  if (draft.name.trim() === "") problems.push({ field: FIELDS.name, message: "Give the profile a name." });
  return problems;
}

/** What a profile cannot be kept without. */
export function executeProblems(part: SourcePart): Problem[] {
  const trimmed = part.sample ? null : trimmedUrl(part.draft.url);
  const problems = testProblems(part);
  if (trimmed === null) return problems;
  return [{ field: FIELDS.url, message: `Use ${trimmed}, or Test, which finds the part that is needed.` }, ...problems];
}

export function destinationProblems(draft: ProfileDraft, form: ProfileForm): Problem[] {
  const fields = form.destinations.find((each) => each.kind === draft.destination)?.fields ?? [];
  return fields.flatMap(({ name, title, kind, required }): Problem[] => {
    const value = draft.fields[name]?.trim() ?? "";
    if (required && value === "") return [{ field: name, message: `${title} is missing.` }];
    // A folder was chosen, and the name in it taken away.
    const isNameless = kind === "database_file" && /[/\\]$/.test(value);
    return isNameless ? [{ field: name, message: "Give the new file a name." }] : [];
  });
}

/** The part of the form that asks for a field. */
export function partOf(field: string, form: ProfileForm): "execute" | "destination" | "schedule" | "options" {
  if (Object.values(FIELDS).includes(field)) return "execute";
  if (Object.values(SCHEDULE_FIELDS).includes(field)) return "schedule";
  return form.options.some((each) => each.name === field) ? "options" : "destination";
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
