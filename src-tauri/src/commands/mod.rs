//! What the window may ask for. Each command takes its arguments apart, asks the engine once, and gives the answer; one
//! that panics is an error in the window and nothing else. The names stand in `commands.txt`.

mod activity;
mod choosing;
mod data;
mod importing;
mod keys;
mod outside;
mod profiles;
mod runs;
mod settings;
mod size;
mod testing;

use std::future::Future;
use std::sync::Arc;

use tauri::State;
use tauri::ipc::Invoke;

use crate::contract::IpcError;
use crate::core::Core;
use crate::errors::internal;

/// What every command gives.
type Answer<T> = Result<T, IpcError>;

/// The core, as a command gets it.
type TheCore<'a> = State<'a, Arc<Core>>;

/// Answers every command, unless its arguments are too large for any.
pub(crate) fn handler() -> impl Fn(Invoke<tauri::Wry>) -> bool + Send + Sync + 'static {
    let commands = commands();
    move |invoke| match size::refusal(invoke.message.payload()) {
        Some(error) => {
            invoke.resolver.reject(error);
            true
        }
        None => commands(invoke),
    }
}

/// Every command there is.
fn commands() -> impl Fn(Invoke<tauri::Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        settings::app_state,
        settings::dismiss_notice,
        settings::ui_ready,
        settings::save_settings,
        settings::routes,
        settings::open_database_folder,
        outside::open_database,
        settings::open_link,
        profiles::create_sample_profile,
        profiles::profile_form,
        profiles::profile_detail,
        profiles::save_profile,
        profiles::delete_profile,
        choosing::default_database,
        choosing::choose_database_file,
        choosing::choose_database_folder,
        choosing::choose_file,
        importing::import_choose,
        importing::import_finish,
        testing::test_profile,
        testing::stop_test,
        runs::sync_now,
        runs::stop_sync,
        runs::sync_all,
        runs::pause,
        runs::resume,
        runs::overview,
        runs::runs,
        runs::run_log,
        runs::quarantine,
        runs::quarantine_retry,
        runs::quarantine_close,
        data::data_tree,
        data::open_grid,
        data::grid_rows,
        data::grid_count,
        data::document,
        data::export_csv,
        data::cancel_export,
        keys::keys,
        keys::generate_key,
        keys::stop_key,
        keys::delete_key,
        activity::activity,
        activity::copy_diagnostics,
        activity::make_bundle,
        activity::save_bundle,
    ]
}

/// Runs `work` where a panic ends nothing but itself.
async fn guarded<T: Send + 'static>(work: impl Future<Output = Answer<T>> + Send + 'static) -> Answer<T> {
    match tauri::async_runtime::spawn(work).await {
        Ok(answer) => answer,
        Err(_) => Err(internal("the app met a fault of its own; the log tells which")),
    }
}

/// The same for work that blocks: reading a database, a file.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> execute_sync::error::Result<T> + Send + 'static,
) -> Answer<T> {
    match tauri::async_runtime::spawn_blocking(work).await {
        Ok(answer) => answer.map_err(IpcError::from),
        Err(_) => Err(internal("the app met a fault of its own; the log tells which")),
    }
}
