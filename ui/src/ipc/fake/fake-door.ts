// A core in memory: for tests, screenshots and work on the window alone. Never part of a production build.
import type { Door } from "../door";
import type {
  ChosenDatabase,
  ExportDone,
  ExportProgress,
  GridQuery,
  ImportPreview,
  IpcError,
  KeyOrder,
  KeyView,
  LogLine,
  Overview,
  ProfileDetail,
  ProfileDraft,
  QuarantineView,
  RunView,
  SyncProgress,
  TestStep,
} from "../types";
import { FakeCore } from "./fake-core";
import { FakeData } from "./fake-data";
import { FOLDER, fakeForm, northernDraft, sampleDraft } from "./fake-form";
import { fakeBundle, fakeKey, fakeKeys, fakeLog, fakeQuarantine, fakeRoute, importPreview } from "./fake-things";
import { FIRST_STAMP, fakeDays, fakeRuns, SCENARIOS, type Scenario, stateFor, summary } from "./scenarios";
import { parsed, testSteps } from "./test-steps";

/** What the check of the production build looks for. */
export const MARK = "execute-sync-fake-door";

/** A sync that has just begun. */
export const BEGUN: SyncProgress = {
  pages: 0,
  documents: 0,
  bytes: 0,
  documentsPerSecond: null,
  docType: null,
  expected: null,
  timeLeft: null,
  waiting: null,
  stopping: false,
  elsewhere: false,
};

export type FakeOptions = { scenario: Scenario; now: number; delay: (ms: number) => Promise<void> };

export function fakeDoorFor(search: URLSearchParams): FakeDoor {
  const wanted = search.get("scenario");
  const scenario = SCENARIOS.find((name) => name === wanted) ?? "empty";
  const factor = search.has("instant") ? 0 : 1;
  const delay = (ms: number) => new Promise<void>((done) => setTimeout(done, ms * factor));
  const door = new FakeDoor({ scenario, now: Date.now(), delay });
  const theme = search.get("theme");
  if (theme === "light" || theme === "dark") door.state.settings.theme = theme;
  return door;
}

export function ipcError(code: string, message: string, more: Partial<IpcError> = {}): IpcError {
  return { code, message, hint: null, field: null, suggestion: null, details: null, ...more };
}

const UNREADABLE = ipcError("disk", "“Northern AFEs.sqlite” cannot be read.", {
  hint: "Is the disk it lies on still connected?",
  details: "disk I/O error (code 10)",
});

export class FakeDoor extends FakeCore implements Door {
  readonly mark = MARK;
  readonly opened: string[] = [];
  /** Stands for the next answer of the core's file dialogs; none = the person closed the dialog. */
  dialogAnswers = true;
  private readonly drafts = new Map<string, ProfileDraft>();
  private readonly secrets = new Map<string, string>();
  private readonly quarantined: QuarantineView[];
  private readonly log: LogLine[];
  private keyList: KeyView[];
  private data: FakeData;
  private readonly runLists = new Map<string, RunView[]>();
  private exportCancelled = false;
  private testStopped = false;
  private keyStopped = false;
  private stopped = new Set<string>();

  constructor(readonly options: FakeOptions) {
    super(stateFor(options.scenario, options.now));
    this.data = new FakeData(options.scenario === "huge" ? 1_000_000 : 1_840);
    this.quarantined = options.scenario === "quarantine" ? fakeQuarantine() : [];
    this.log = fakeLog(options.now, this.state.profiles);
    this.keyList = options.scenario === "empty" ? [] : fakeKeys();
    if (options.scenario === "broken") this.breakQueries();
    if (options.scenario === "lost") this.loseDatabase();
    for (const profile of this.state.profiles) {
      const draft = profile.sample ? sampleDraft : northernDraft;
      this.drafts.set(profile.id, { ...draft, id: profile.id, name: profile.name });
      if (!profile.sample) this.secrets.set(profile.id, new URL(draft.url).host);
      this.runLists.set(profile.id, fakeRuns(options.now, profile.state));
    }
  }

  /** Everything that reads the database fails, as on a disk that is gone. */
  private breakQueries(): void {
    const fail = () => Promise.reject(UNREADABLE);
    Object.assign(this, { overview: fail, dataTree: fail, runs: fail, quarantine: fail, activity: fail, keys: fail });
  }

  /** It goes just after the overview was read, and a sync finds that out. */
  private loseDatabase(): void {
    this.overview = async (id: string) => {
      const known = await FakeDoor.prototype.overview.call(this, id);
      this.breakQueries();
      const sentence = "Failed · the database cannot be read";
      setTimeout(() => this.changeProfile(id, { state: "failed", sentence, error: UNREADABLE }));
      return known;
    };
  }

  async createSampleProfile(): Promise<string> {
    await this.options.delay(300);
    this.addProfile("sample", "Sample data", sampleDraft);
    void this.syncNow("sample", false, false);
    return "sample";
  }

  profileForm = async () => fakeForm;

  async profileDetail(id: string): Promise<ProfileDetail> {
    const draft = this.drafts.get(id);
    if (!draft) throw ipcError("configuration", `There is no profile ${id}.`);
    const sample = this.profile(id)?.sample ?? false;
    const secretHost = this.secrets.get(id) ?? null;
    const secretSet = sample || secretHost === parsed(draft.url)?.host;
    return { draft: structuredClone(draft), sample, secretSet, secretHost, secretProblem: null };
  }

  async saveProfile(draft: ProfileDraft, secret: string | null): Promise<string> {
    await this.options.delay(150);
    const id = draft.id ?? `p${this.nextId()}`;
    if (draft.stamp !== null && draft.stamp !== this.drafts.get(id)?.stamp) {
      throw ipcError("configuration", "This profile was changed elsewhere while its settings were open here.");
    }
    if (!this.profile(id)?.sample) this.keepSecret(id, draft, secret);
    if (draft.id === null) this.addProfile(id, draft.name, draft);
    else this.put(id, draft);
    return id;
  }

  /** What a person writes into the file of profiles by hand. */
  editByHand(id: string, patch: Partial<ProfileDraft>): void {
    const draft = this.drafts.get(id);
    if (draft) this.put(id, { ...draft, ...patch });
  }

  private put(id: string, draft: ProfileDraft): void {
    const stamp = `change ${this.nextId()}`;
    this.drafts.set(id, { ...draft, stamp });
    this.changeProfile(id, { name: draft.name, stamp });
  }

  private keepSecret(id: string, draft: ProfileDraft, secret: string | null): void {
    const url = parsed(draft.url);
    if (!url) throw ipcError("configuration", "The address of Execute is not a URL.", { field: "EXECUTE_URL" });
    const isTyped = draft.secretName === null;
    // Asked whether a variable is for another host, this person agrees.
    const isAgreed = draft.secretPlace === "environment" || !this.secrets.has(id);
    if (isTyped ? secret !== null : isAgreed) this.secrets.set(id, url.host);
    if (this.secrets.get(id) !== url.host) {
      throw ipcError("secret", `No secret is set for ${url.host}.`, {
        hint: "Type the API key's secret.",
        field: "EXECUTE_APIKEY_SECRET",
      });
    }
  }

  async deleteProfile(id: string, _deleteDatabase: boolean): Promise<void> {
    this.drafts.delete(id);
    this.change((state) => ({ ...state, profiles: state.profiles.filter((profile) => profile.id !== id) }));
  }

  defaultDatabase = async (name: string) => `${FOLDER}/${name || "execute"}.sqlite`;

  async chooseDatabaseFile(_near: string | null): Promise<ChosenDatabase | null> {
    return this.dialogAnswers ? { path: "/home/ana/Documents/afes.sqlite", exists: true } : null;
  }

  async chooseDatabaseFolder(name: string): Promise<ChosenDatabase | null> {
    return this.dialogAnswers ? { path: `/home/ana/Documents/${name}.sqlite`, exists: false } : null;
  }

  chooseFile = async () => (this.dialogAnswers ? "/home/ana/company-ca.pem" : null);

  async testProfile(draft: ProfileDraft, secret: string | null, onStep: (step: TestStep) => void): Promise<void> {
    const known = draft.id !== null && this.secrets.get(draft.id) === parsed(draft.url)?.host;
    const sample = draft.id !== null && this.profile(draft.id)?.sample === true;
    this.testStopped = false;
    for (const step of testSteps(draft, secret, known, sample)) {
      await this.options.delay(260);
      if (this.testStopped) throw ipcError("cancelled", "The test was stopped as asked.");
      onStep(step);
    }
  }

  async stopTest(): Promise<void> {
    this.testStopped = true;
  }

  async importChoose(): Promise<ImportPreview | null> {
    return this.dialogAnswers ? importPreview : null;
  }

  async importFinish(_token: string, draft: ProfileDraft, _secret: string | null): Promise<string> {
    this.addProfile("imported", draft.name, draft);
    void this.syncNow("imported", false, false);
    return "imported";
  }

  async syncNow(id: string, _fullRefresh: boolean, _allowRemovals: boolean): Promise<void> {
    this.stopped.delete(id);
    this.changeProfile(id, {
      state: "syncing",
      sentence: "Syncing · asking for the first page",
      error: null,
      paused: null,
      progress: BEGUN,
    });
    void this.finishSync(id);
  }

  private async finishSync(id: string): Promise<void> {
    for (let page = 1; page <= 12; page += 1) {
      await this.options.delay(300);
      const profile = this.profile(id);
      if (!profile?.progress) return;
      if (this.stopped.has(id)) break;
      const documents = page * 153;
      const progress = {
        ...profile.progress,
        pages: page,
        documents,
        bytes: documents * 2340,
        documentsPerSecond: 510,
      };
      this.changeProfile(id, { progress, sentence: `Syncing · ${documents.toLocaleString("en")} documents so far` });
    }
    const whole = !this.stopped.has(id);
    const at = new Date().toISOString();
    const before = this.profile(id)?.lastSyncedAt ?? null;
    this.runLists.set(id, [this.run(id, at, whole), ...(this.runLists.get(id) ?? [])]);
    this.changeProfile(id, {
      state: whole || before ? "up_to_date" : "never",
      sentence: whole ? "Up to date · synced just now · next in 10 min" : "Stopped · whole pages only",
      progress: null,
      lastSyncedAt: whole ? at : before,
      nextRunAt: new Date(Date.now() + 600_000).toISOString(),
    });
  }

  private run(id: string, at: string, whole: boolean): RunView {
    return {
      runId: `r-${id}-${this.nextId()}`,
      started: at,
      finished: at,
      outcome: whole ? "succeeded" : "cancelled",
      documents: 1836,
      pages: 12,
      bytes: 4_296_240,
      quarantined: 0,
      removed: 0,
      fullRefresh: false,
      readsEverything: false,
      durationMs: 3600,
      error: null,
    };
  }

  async stopSync(id: string): Promise<void> {
    this.stopped.add(id);
    const progress = this.profile(id)?.progress;
    if (progress) this.changeProfile(id, { progress: { ...progress, stopping: true } });
  }

  async syncAll(): Promise<void> {
    for (const profile of this.state.profiles) await this.syncNow(profile.id, false, false);
  }

  async overview(id: string): Promise<Overview> {
    const empty = this.profile(id)?.lastSyncedAt === null;
    const of = (view: string) => this.data.count({ view, columns: [], sort: [], filters: [] });
    const types = empty ? [] : ["AFE", "WELL", "COMPANY"].map((name) => ({ name, documents: of(name) }));
    const runs = this.runLists.get(id) ?? [];
    const lastGood = runs.find((run) => run.outcome === "succeeded" || run.outcome === "quarantined");
    return {
      types,
      documents: types.reduce((sum, type) => sum + type.documents, 0),
      uncounted: null,
      changedToday: empty ? 0 : 412,
      lastTookMs: lastGood?.durationMs ?? null,
      days: fakeDays(runs, this.options.now),
      calculatedValuesAsOf: id === "northern" && !empty ? new Date(this.options.now - 50_000_000).toISOString() : null,
      databaseBytes: empty ? null : 187_400_192,
      databasePath: this.drafts.get(id)?.fields.path ?? "",
    };
  }

  async runs(id: string, limit: number): Promise<RunView[]> {
    return (this.runLists.get(id) ?? []).slice(0, limit);
  }

  async runLog(_id: string, runId: string): Promise<LogLine[]> {
    return this.log.slice(0, 12).map((line) => ({ ...line, runId }));
  }

  quarantine = async () => structuredClone(this.quarantined);

  async quarantineRetry(id: string, entries: number[]) {
    await this.options.delay(200);
    const stay = entries.filter((entry) => entry % 3 === 0);
    this.dropEntries(
      id,
      entries.filter((entry) => !stay.includes(entry)),
    );
    const reason = "$VERSION is not a whole number";
    const outdated = entries.filter((entry) => entry % 3 === 2).length;
    return {
      stored: entries.length - stay.length - outdated,
      outdated,
      stay: stay.map((entry): [number, string] => [entry, reason]),
    };
  }

  async quarantineClose(id: string, entries: number[]): Promise<void> {
    this.dropEntries(id, entries);
  }

  private dropEntries(id: string, entries: number[]): void {
    for (const entry of entries) {
      const at = this.quarantined.findIndex((q) => q.entry === entry);
      if (at >= 0) this.quarantined.splice(at, 1);
    }
    this.changeProfile(id, { openQuarantine: this.quarantined.length });
  }

  dataTree = async (id: string) => (this.profile(id)?.lastSyncedAt === null ? [] : this.data.tree());

  async openGrid(_id: string, query: GridQuery) {
    await this.options.delay(30);
    const counted = query.filters.length === 0;
    return { columns: this.data.columns(query), rows: counted ? this.data.count(query) : null };
  }

  async gridRows(_id: string, query: GridQuery, offset: number, limit: number) {
    await this.options.delay(40);
    return { offset, rows: this.data.rows(query, offset, limit) };
  }

  gridCount = async (_id: string, query: GridQuery) => this.data.count(query);

  async document(_id: string, docType: string, documentId: string) {
    const found = this.data.document(docType, documentId);
    if (found) return found;
    throw ipcError("bad_data", `There is no ${docType} ${documentId} in this database.`, {
      hint: "It may have been removed at the source.",
    });
  }

  async exportCsv(_id: string, query: GridQuery, onProgress: (p: ExportProgress) => void): Promise<ExportDone | null> {
    if (!this.dialogAnswers) return null;
    this.exportCancelled = false;
    const of = this.data.count(query);
    for (let part = 1; part <= 20; part += 1) {
      await this.options.delay(120);
      if (this.exportCancelled) throw ipcError("cancelled", "The export was stopped. No file was left behind.");
      onProgress({ rows: Math.round((of * part) / 20), of });
    }
    return { path: `/home/ana/Documents/${query.view}.csv`, rows: of };
  }

  async cancelExport(): Promise<void> {
    this.exportCancelled = true;
  }

  keys = async () => structuredClone(this.keyList);

  async generateKey(order: KeyOrder, passphrase: string | null): Promise<KeyView | null> {
    this.keyStopped = false;
    await this.options.delay(400);
    if (this.keyStopped) throw ipcError("cancelled", "Making the key was stopped as asked.");
    if (!this.dialogAnswers) return null;
    const key = fakeKey(order, passphrase !== null, this.keyList.length + 1);
    this.keyList = [...this.keyList, key];
    return key;
  }

  async stopKey(): Promise<void> {
    this.keyStopped = true;
  }

  async deleteKey(id: string): Promise<void> {
    this.keyList = this.keyList.filter((key) => key.id !== id);
  }

  activity = async (after: number) => this.log.filter((line) => line.seq > after);
  copyDiagnostics = async () => "Execute Sync 1.4.0\nLinux\nprofiles: 1\n";
  makeBundle = async () => fakeBundle(this.state);
  saveBundle = async () => (this.dialogAnswers ? "/home/ana/Documents/execute-sync-report.txt" : null);
  routes = async () => this.state.profiles.map(fakeRoute);

  async openDatabaseFolder(id: string): Promise<void> {
    this.opened.push(`folder ${id}`);
  }

  async openDatabase(id: string): Promise<void> {
    this.opened.push(`database ${id}`);
  }

  async openLink(link: string): Promise<void> {
    this.opened.push(link);
  }

  uiReady = async () => undefined;

  private addProfile(id: string, name: string, draft: ProfileDraft): void {
    this.drafts.set(id, { ...draft, id, stamp: FIRST_STAMP });
    const host = parsed(draft.url)?.host;
    if (host) this.secrets.set(id, host);
    const added = { ...summary(id, name, "never", Date.now()), sample: draft === sampleDraft };
    this.change((state) => ({ ...state, profiles: [...state.profiles.filter((p) => p.id !== id), added] }));
  }
}
