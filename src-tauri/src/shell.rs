//! What the rest of the shell asks of the running app: show the window, tell that something has changed, end.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use execute_sync::error::{Error, Kind, Result};
use execute_sync::paths::AppDirs;
use tauri::{AppHandle, Manager};
use tauri_plugin_autostart::ManagerExt;
use tokio::sync::Notify;

use crate::core::Core;
use crate::window;

/// A page that is being stored is waited for so long, and then taken back; an export that is told to stop, no longer.
const QUIT_LIMIT: Duration = Duration::from_secs(5);

/// Raised when something that is shown has changed besides what the worker tells.
#[derive(Default)]
pub(crate) struct News(pub(crate) Notify);

/// Set once the app is to end, so that closing the last window no longer keeps it.
#[derive(Default)]
pub(crate) struct Quitting(pub(crate) AtomicBool);

/// The app's own log; older parts of it lie beside it.
pub(crate) fn log_file(dirs: &AppDirs) -> PathBuf {
    dirs.data().join("logs").join("execute-sync.log")
}

/// Shows the window; a failure is told in the log, the worker goes on.
pub(crate) fn show(app: &AppHandle, path: Option<&str>) {
    if let Err(error) = window::open(app, path) {
        log::error!("The window cannot be shown: {error}");
    }
}

/// A failure that nobody waits for.
pub(crate) fn tell_of(app: &AppHandle, core: &Core, error: &Error) {
    core.notices.tell(error.message().to_owned(), error.remedy().map(str::to_owned));
    publish(app);
}

/// Ends the app once every run has ended with whole pages, and an export has taken back what it had written.
pub(crate) fn quit(app: &AppHandle) {
    if app.state::<Quitting>().0.swap(true, Ordering::SeqCst) {
        return;
    }
    let (app, core) = (app.clone(), Arc::clone(&app.state::<Arc<Core>>()));
    tauri::async_runtime::spawn(async move {
        core.end(QUIT_LIMIT).await;
        app.exit(0);
    });
}

/// Something that the window or the tray shows has changed.
pub(crate) fn publish(app: &AppHandle) {
    app.state::<News>().0.notify_one();
}

/// The entry that starts the app at login is looked at again at every start: an upgrade may have moved the program.
pub(crate) fn set_autostart(app: &AppHandle, wanted: bool) -> Result<()> {
    if cfg!(debug_assertions) {
        // The entry has the name of the app that is installed.
        return Ok(());
    }
    let entry = app.autolaunch();
    let done = match (wanted, entry.is_enabled().unwrap_or(false)) {
        (true, _) => entry.enable(),
        (false, true) => entry.disable(),
        (false, false) => Ok(()),
    };
    done.map_err(|e| {
        Error::new(Kind::Disk, "starting at login cannot be set")
            .hint("Set it in the settings of the system")
            .because(e)
    })
}
