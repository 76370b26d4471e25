//! The app itself: its state, its settings, what it opens outside.

use std::sync::Arc;

use execute_sync::error::{Error, Kind};
use execute_sync::paths::folder_of;
use execute_sync::profile::DestinationSettings;
use serde::Deserialize;
use tauri::AppHandle;
use tauri_plugin_opener::OpenerExt;

use super::{Answer, TheCore, blocking};
use crate::contract::{AppSettings, AppState};
use crate::{app, run};

/// Everything the frame of the window shows.
#[tauri::command]
pub(crate) async fn app_state(core: TheCore<'_>) -> Answer<AppState> {
    Ok(core.state())
}

/// A person has read a notice.
#[tauri::command]
pub(crate) async fn dismiss_notice(app: AppHandle, core: TheCore<'_>, id: String) -> Answer<()> {
    core.notices.dismiss(&id);
    app::publish(&app, &core);
    Ok(())
}

/// The window has drawn itself for the first time; told in the log with the time since the start.
#[tauri::command]
pub(crate) async fn ui_ready() -> Answer<()> {
    log::info!("The window is ready");
    Ok(())
}

/// Writes the app's settings down and uses them.
#[tauri::command]
pub(crate) async fn save_settings(app: AppHandle, core: TheCore<'_>, settings: AppSettings) -> Answer<()> {
    let core = Arc::clone(&core);
    let before = core.settings.get();
    let (writer, wanted) = (Arc::clone(&core), settings.clone());
    blocking(move || writer.settings.set(wanted)).await?;
    if settings.start_at_login != before.start_at_login {
        app::set_autostart(&app, settings.start_at_login)?;
    }
    app::publish(&app, &core);
    Ok(())
}

/// Shows the folder of a profile's database in the system's file manager.
#[tauri::command]
pub(crate) async fn open_database_folder(app: AppHandle, core: TheCore<'_>, id: String) -> Answer<()> {
    let (DestinationSettings::Sqlite { path }, _) = run::destination(&core.profile(&id)?, &core.dirs)?;
    let shown = if path.exists() {
        app.opener().reveal_item_in_dir(&path)
    } else {
        app.opener().open_path(folder_of(&path).to_string_lossy(), None::<&str>)
    };
    shown.map_err(|e| {
        Error::new(Kind::Internal, format!("the folder of {} cannot be shown", path.display()))
            .hint("Open it in the file manager by hand")
            .because(e)
            .into()
    })
}

/// The pages that the app opens in the browser; there are no others.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Link {
    /// How to use it.
    Documentation,
    /// Where to report a fault.
    Report,
    /// What is new.
    Releases,
}

impl Link {
    fn address(self) -> &'static str {
        match self {
            Link::Documentation => "https://github.com/execute-sync/execute-sync#readme",
            Link::Report => "https://github.com/execute-sync/execute-sync/issues/new",
            Link::Releases => "https://github.com/execute-sync/execute-sync/releases",
        }
    }
}

/// Opens one of the fixed pages in the browser.
#[tauri::command]
pub(crate) async fn open_link(app: AppHandle, link: Link) -> Answer<()> {
    app.opener().open_url(link.address(), None::<&str>).map_err(|e| {
        Error::new(Kind::Internal, format!("{} cannot be opened", link.address()))
            .hint("Open it in a browser by hand")
            .because(e)
            .into()
    })
}
