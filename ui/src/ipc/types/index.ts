// Made from src-tauri/src/contract and src-tauri/commands.txt; never edited by hand. Counts stay below 2^53.
export type * from "./data";
export type * from "./error";
export type * from "./form";
export type * from "./keys";
export type * from "./runs";
export type * from "./settings";
export type * from "./state";

/** Every command of the core. */
export type CommandName =
  | "app_state"
  | "dismiss_notice"
  | "ui_ready"
  | "create_sample_profile"
  | "profile_form"
  | "profile_detail"
  | "save_profile"
  | "delete_profile"
  | "default_database"
  | "choose_database_file"
  | "choose_database_folder"
  | "choose_file"
  | "test_profile"
  | "stop_test"
  | "import_choose"
  | "import_finish"
  | "sync_now"
  | "stop_sync"
  | "sync_all"
  | "pause"
  | "resume"
  | "overview"
  | "runs"
  | "run_log"
  | "quarantine"
  | "quarantine_retry"
  | "quarantine_close"
  | "activity"
  | "copy_diagnostics"
  | "make_bundle"
  | "save_bundle"
  | "routes"
  | "save_settings"
  | "open_database_folder"
  | "open_database"
  | "open_link"
  | "keys"
  | "generate_key"
  | "stop_key"
  | "delete_key"
  | "data_tree"
  | "open_grid"
  | "grid_rows"
  | "grid_count"
  | "document"
  | "export_csv"
  | "cancel_export";
