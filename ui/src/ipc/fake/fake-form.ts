// The form the fake core describes: same shape and kind of content as the real one.
import type { FieldForm, FieldKind, ProfileDraft, ProfileForm } from "../types";
import { FIRST_STAMP } from "./scenarios";

function field(name: string, title: string, kind: FieldKind, help: string, more: Partial<FieldForm> = {}): FieldForm {
  return {
    name,
    title,
    kind,
    help,
    choices: [],
    default: null,
    example: null,
    required: false,
    min: null,
    max: null,
    ...more,
  };
}

export const fakeForm: ProfileForm = {
  destinations: [
    {
      kind: "sqlite",
      title: "SQLite",
      help: "One file on this computer, for Excel, Power BI, DBeaver or Python.",
      available: true,
      fields: [field("path", "Database file", "database_file", "Keep it on a local disk, outside synced folders.")],
    },
    { kind: "snowflake", title: "Snowflake", help: "A warehouse in the cloud.", available: false, fields: [] },
    { kind: "sql_server", title: "SQL Server", help: "A database server.", available: false, fields: [] },
  ],
  options: [
    field("MAX_DOCUMENTS", "Documents a page", "number", "Documents asked for at once.", {
      default: "10000",
      min: 1,
      max: 1_000_000_000,
    }),
    field("INCLUDE_CALCS", "Calculated fields", "switch", "Ask for calculated fields too.", {
      default: "false",
    }),
    field("HIDE_INACTIVE_FIELDS", "Hide retired fields", "switch", "Leave retired fields out of the helper views.", {
      default: "false",
    }),
    field("ON_BAD_DOCUMENT", "When a document cannot be stored", "choice", "Quarantine or stop.", {
      choices: ["quarantine", "stop"],
      default: "quarantine",
    }),
    field("PROXY", "Proxy", "url", "Instead of the system's.", { example: "http://proxy.example.com:8080" }),
    field("CA_FILE", "Certificate authority file", "file", "Certificates to trust besides the system's, as PEM."),
  ],
  secretPlaces: [
    { place: "keychain", title: "Keychain", help: "Kept by this computer, unlocked when you log in.", problem: null },
    {
      place: "environment",
      title: "Environment variable",
      help: "Read from a variable each time the app starts.",
      problem: null,
    },
    { place: "file", title: "File", help: "Read from a file only you can read.", problem: null },
  ],
};

/** Where the fake core keeps databases. */
export const FOLDER = "/home/ana/.local/share/execute-sync";

export const sampleDraft: ProfileDraft = {
  id: "sample",
  stamp: FIRST_STAMP,
  name: "Sample data",
  url: "",
  keyId: "",
  secretPlace: "keychain",
  secretName: null,
  allowHttp: false,
  destination: "sqlite",
  fields: { path: `${FOLDER}/Sample data.sqlite` },
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

export const northernDraft: ProfileDraft = {
  ...sampleDraft,
  id: "northern",
  name: "Northern AFEs",
  url: "https://northern.example.com",
  keyId: "reporting",
  fields: { path: `${FOLDER}/Northern AFEs.sqlite` },
  options: { INCLUDE_CALCS: "true" },
  schedule: { ...sampleDraft.schedule, fullRefreshAt: "02:30" },
};
