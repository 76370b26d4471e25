// The one door between window and core. What can be asked and told is here; how it travels is in the two
// implementations (`tauri-door`, `fake/`). Every method rejects with an `IpcError`.
import type {
  AppSettings,
  AppState,
  ChosenDatabase,
  DataNode,
  DocumentView,
  ExportDone,
  ExportProgress,
  GridInfo,
  GridQuery,
  GridRows,
  ImportPreview,
  IpcError,
  KeyOrder,
  KeyView,
  LogLine,
  Navigate,
  Overview,
  PauseFor,
  ProfileDetail,
  ProfileDraft,
  ProfileForm,
  QuarantineRetried,
  QuarantineView,
  Route,
  RunView,
  TestStep,
} from "./types";

export type Link = "documentation" | "report" | "releases";

/** What the core tells without being asked. */
export type DoorEvents = { state: AppState; log: LogLine[]; navigate: Navigate };

/** The core refuses larger pages of rows. */
export const MOST_ROWS = 500;

/** The core tells no more runs of a profile than these. */
export const MOST_RUNS = 5000;

export interface Door {
  appState(): Promise<AppState>;
  dismissNotice(id: string): Promise<void>;
  createSampleProfile(): Promise<string>;
  profileForm(): Promise<ProfileForm>;
  profileDetail(id: string): Promise<ProfileDetail>;
  saveProfile(draft: ProfileDraft, secret: string | null): Promise<string>;
  deleteProfile(id: string, deleteDatabase: boolean): Promise<void>;
  defaultDatabase(name: string): Promise<string>;
  chooseDatabaseFile(near: string | null): Promise<ChosenDatabase | null>;
  chooseDatabaseFolder(name: string): Promise<ChosenDatabase | null>;
  chooseFile(): Promise<string | null>;
  /** Rejects as `cancelled` once it was stopped. */
  testProfile(draft: ProfileDraft, secret: string | null, onStep: (step: TestStep) => void): Promise<void>;
  stopTest(): Promise<void>;
  importChoose(): Promise<ImportPreview | null>;
  importFinish(token: string, draft: ProfileDraft, secret: string | null): Promise<string>;
  syncNow(id: string, fullRefresh: boolean, allowRemovals: boolean): Promise<void>;
  stopSync(id: string): Promise<void>;
  pause(id: string | null, duration: PauseFor): Promise<void>;
  resume(id: string | null): Promise<void>;
  syncAll(): Promise<void>;
  overview(id: string): Promise<Overview>;
  runs(id: string, limit: number): Promise<RunView[]>;
  runLog(id: string, runId: string): Promise<LogLine[]>;
  quarantine(id: string): Promise<QuarantineView[]>;
  quarantineRetry(id: string, entries: number[]): Promise<QuarantineRetried>;
  quarantineClose(id: string, entries: number[]): Promise<void>;
  dataTree(id: string): Promise<DataNode[]>;
  openGrid(id: string, query: GridQuery): Promise<GridInfo>;
  gridRows(id: string, query: GridQuery, offset: number, limit: number): Promise<GridRows>;
  gridCount(id: string, query: GridQuery): Promise<number>;
  document(id: string, docType: string, documentId: string): Promise<DocumentView>;
  exportCsv(id: string, query: GridQuery, onProgress: (progress: ExportProgress) => void): Promise<ExportDone | null>;
  cancelExport(): Promise<void>;
  keys(): Promise<KeyView[]>;
  /** Rejects as `cancelled` once it was stopped. */
  generateKey(order: KeyOrder, passphrase: string | null): Promise<KeyView | null>;
  stopKey(): Promise<void>;
  deleteKey(id: string): Promise<void>;
  activity(after: number): Promise<LogLine[]>;
  copyDiagnostics(): Promise<string>;
  /** A report as one text, to be shown before it is saved. */
  makeBundle(): Promise<string>;
  /** Saves the text that was made last, where the person says; null if they thought better of it. */
  saveBundle(): Promise<string | null>;
  routes(): Promise<Route[]>;
  saveSettings(settings: AppSettings): Promise<void>;
  openDatabaseFolder(id: string): Promise<void>;
  openDatabase(id: string): Promise<void>;
  openLink(link: Link): Promise<void>;
  uiReady(): Promise<void>;
  /** Hears an event until the function it answers with is called. */
  on<Name extends keyof DoorEvents>(name: Name, hear: (payload: DoorEvents[Name]) => void): () => void;
}

/** Whatever was thrown, as the error people are shown. */
export function asIpcError(thrown: unknown): IpcError {
  if (typeof thrown === "object" && thrown !== null && "message" in thrown && "code" in thrown) {
    const error = thrown as Partial<IpcError>;
    return {
      code: String(error.code),
      message: String(error.message),
      hint: error.hint ?? null,
      field: error.field ?? null,
      suggestion: error.suggestion ?? null,
      details: error.details ?? null,
    };
  }
  return {
    code: "bug",
    message: "Something went wrong inside Execute Sync.",
    hint: "Copy the diagnostics in Activity and report it.",
    field: null,
    suggestion: null,
    details: thrown instanceof Error ? thrown.message : String(thrown),
  };
}
