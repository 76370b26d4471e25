// The form the fake core describes: same shape and kind of content as the real one.
import type { FieldForm, FieldKind, ProfileDraft, ProfileForm } from "../types";

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
    field("INCLUDE_CALCS", "Calculated fields", "switch", "Ask Execute for calculated fields too.", {
      default: "false",
    }),
    field("HIDE_INACTIVE_FIELDS", "Hide retired fields", "switch", "Leave retired fields out of the views.", {
      default: "false",
    }),
    field("MAX_DOCUMENTS", "Documents a page", "number", "How many documents are asked for at once.", {
      default: "10000",
      min: 1,
      max: 1_000_000_000,
    }),
    field("LOG_LEVEL", "Log", "choice", "How much is written down.", {
      choices: ["quiet", "info", "debug"],
      default: "info",
    }),
    field("CA_FILE", "CA file", "file", "Certificates to trust besides the system's, as PEM."),
    field("PROXY", "Proxy", "url", "Only if your network needs one.", { example: "http://proxy.example.com:8080" }),
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
