// The steps of the fake connection test: which fail depends on what was typed.
import type { IpcError, ProfileDraft, TestStep } from "../types";

/** The secret that the fake source refuses. */
export const WRONG_SECRET = "wrong";

export function parsed(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}

export function testSteps(draft: ProfileDraft, secret: string | null, known: boolean, sample: boolean): TestStep[] {
  const url = parsed(draft.url);
  const host = url?.host ?? draft.url;
  const good = (name: string, found: string, advice: string | null = null): TestStep => ({
    name,
    found,
    error: null,
    advice,
  });
  const bad = (name: string, error: Partial<IpcError> & { message: string }): TestStep => ({
    name,
    found: null,
    advice: null,
    error: { code: "configuration", hint: null, field: null, suggestion: null, details: null, ...error },
  });
  const steps: TestStep[] = [];
  if (sample) {
    steps.push(good("answers", "the sample answers"), good("schema readable", "11 document types, 214 fields"));
  } else if (!url || !host.includes(".")) {
    steps.push(
      bad("name resolves", {
        message: `${host} cannot be found.`,
        hint: "Check the address. It looks like https://company.example.com.",
        field: "EXECUTE_URL",
        details: "failed to lookup address information: Name or service not known",
      }),
    );
  } else {
    steps.push(good("name resolves", "203.0.113.20"), good("TLS", "TLS 1.3"));
    const path = url.pathname.replace(/\/+$/, "");
    if (path !== "" || url.search !== "" || url.hash !== "") {
      steps.push(
        bad("answers", {
          message: `Execute does not answer at ${url.origin}${path} but at ${url.origin}.`,
          hint: `Use ${url.origin}.`,
          field: "EXECUTE_URL",
          suggestion: url.origin,
          details: `there is no fetch API at ${url.origin}${path}/fetch/document/schema (404)`,
        }),
      );
      return [...steps, ...databaseSteps(draft)];
    }
    steps.push(good("answers", `${host} answers in 84 ms`));
    if (secret === WRONG_SECRET || (secret === null && !known)) {
      steps.push(
        bad("key accepted", {
          code: "refused_by_source",
          message: `${host} refused the API key “${draft.keyId}”.`,
          hint: "Check the key's id and secret. A secret is shown only once when a key is made.",
          field: "EXECUTE_APIKEY_SECRET",
          details: "HTTP 401",
        }),
      );
    } else {
      steps.push(good("key accepted", draft.keyId), good("schema readable", "31 document types, 1,902 fields"));
    }
  }
  return [...steps, ...databaseSteps(draft)];
}

function databaseSteps(draft: ProfileDraft): TestStep[] {
  const path = draft.fields.path ?? "";
  const advice = /onedrive|dropbox/i.test(path)
    ? "This folder is synced by another program, which can damage a database in use. Keep it in a local folder."
    : null;
  const good = (name: string, found: string, about: string | null): TestStep => ({
    name,
    found,
    error: null,
    advice: about,
  });
  return [
    good("destination opens", path, advice),
    good("rights", "read and write", null),
    good("can write", "ok", null),
  ];
}
