// The door to the real core: Tauri's commands, channels and events. Nothing is decided here.
import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Door } from "./door";
import type { CommandName } from "./types";

function channel<T>(hear: (message: T) => void): Channel<T> {
  const opened = new Channel<T>();
  opened.onmessage = hear;
  return opened;
}

/** Only commands that the core lists. */
function ask<T>(name: CommandName, args?: Record<string, unknown>): Promise<T> {
  return invoke<T>(name, args);
}

export const tauriDoor: Door = {
  appState: () => ask("app_state"),
  dismissNotice: (id) => ask("dismiss_notice", { id }),
  createSampleProfile: () => ask("create_sample_profile"),
  profileForm: () => ask("profile_form"),
  profileDetail: (id) => ask("profile_detail", { id }),
  saveProfile: (draft, secret) => ask("save_profile", { draft, secret }),
  deleteProfile: (id, deleteDatabase) => ask("delete_profile", { id, deleteDatabase }),
  defaultDatabase: (name) => ask("default_database", { name }),
  chooseDatabaseFile: (near) => ask("choose_database_file", { near }),
  chooseDatabaseFolder: (name) => ask("choose_database_folder", { name }),
  chooseFile: () => ask("choose_file"),
  testProfile: (draft, secret, onStep) => ask("test_profile", { draft, secret, onStep: channel(onStep) }),
  stopTest: () => ask("stop_test"),
  importChoose: () => ask("import_choose"),
  importFinish: (token, draft, secret) => ask("import_finish", { token, draft, secret }),
  syncNow: (id, fullRefresh, allowRemovals) => ask("sync_now", { id, fullRefresh, allowRemovals }),
  stopSync: (id) => ask("stop_sync", { id }),
  pause: (id, duration) => ask("pause", { id, duration }),
  resume: (id) => ask("resume", { id }),
  syncAll: () => ask("sync_all"),
  overview: (id) => ask("overview", { id }),
  runs: (id, limit) => ask("runs", { id, limit }),
  runLog: (id, runId) => ask("run_log", { id, runId }),
  quarantine: (id) => ask("quarantine", { id }),
  quarantineRetry: (id, entries) => ask("quarantine_retry", { id, entries }),
  quarantineClose: (id, entries) => ask("quarantine_close", { id, entries }),
  dataTree: (id) => ask("data_tree", { id }),
  openGrid: (id, query) => ask("open_grid", { id, query }),
  gridRows: (id, query, offset, limit) => ask("grid_rows", { id, query, offset, limit }),
  gridCount: (id, query) => ask("grid_count", { id, query }),
  document: (id, docType, documentId) => ask("document", { id, docType, documentId }),
  exportCsv: (id, query, onProgress) => ask("export_csv", { id, query, onProgress: channel(onProgress) }),
  cancelExport: () => ask("cancel_export"),
  keys: () => ask("keys"),
  generateKey: (order, passphrase) => ask("generate_key", { order, passphrase }),
  stopKey: () => ask("stop_key"),
  deleteKey: (id) => ask("delete_key", { id }),
  activity: (after) => ask("activity", { after }),
  copyDiagnostics: () => ask("copy_diagnostics"),
  makeBundle: () => ask("make_bundle"),
  saveBundle: () => ask("save_bundle"),
  routes: () => ask("routes"),
  saveSettings: (settings) => ask("save_settings", { settings }),
  openDatabaseFolder: (id) => ask("open_database_folder", { id }),
  openDatabase: (id) => ask("open_database", { id }),
  openLink: (link) => ask("open_link", { link }),
  uiReady: () => ask("ui_ready"),
  on(name, hear) {
    // `listen` answers later; a page that has gone by then must not be heard for ever.
    const unlisten = listen(name, (event) => hear(event.payload as never));
    return () => void unlisten.then((stop) => stop());
  },
};
