//! The app itself: its state, its settings, what it opens outside.

use std::sync::Arc;

use execute_sync::error::{Error, Kind};
use execute_sync::paths::{AppDirs, folder_of};
use execute_sync::profile::{DestinationSettings, StoredProfile, masked_url, settings};
use execute_sync::source::system_proxy;
use serde::Deserialize;
use tauri::AppHandle;
use tauri_plugin_opener::OpenerExt;

use super::{Answer, TheCore, blocking};
use crate::contract::{AppSettings, AppState, Route};
use crate::settings::limits;
use crate::{run, shell};

/// Everything the frame of the window shows; it comes once the profiles are read, so that nobody is welcomed who has some.
#[tauri::command]
pub(crate) async fn app_state(core: TheCore<'_>) -> Answer<AppState> {
    core.loaded().await;
    Ok(core.state())
}

/// A person has read a notice.
#[tauri::command]
pub(crate) async fn dismiss_notice(app: AppHandle, core: TheCore<'_>, id: String) -> Answer<()> {
    core.notices.dismiss(&id);
    shell::publish(&app);
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
    core.worker.set_limits(limits(&core.settings.get()));
    shell::publish(&app);
    if settings.start_at_login != before.start_at_login {
        blocking(move || shell::set_autostart(&app, settings.start_at_login)).await?;
    }
    Ok(())
}

/// How each profile reaches Execute: its proxy and certificates, or the system's.
#[tauri::command]
pub(crate) async fn routes(core: TheCore<'_>) -> Answer<Vec<Route>> {
    let core = Arc::clone(&core);
    blocking(move || Ok(core.profiles().iter().map(|profile| route(profile, &core.dirs)).collect())).await
}

fn route(profile: &StoredProfile, dirs: &AppDirs) -> Route {
    let sources = profile.sources(std::collections::BTreeMap::new(), dirs).ok();
    let option =
        |setting| sources.as_ref().and_then(|sources| sources.resolve(setting)).map(|(text, _)| text.to_owned());
    let own = option(&settings::PROXY);
    let proxy_of_system = own.is_none();
    let proxy = match own {
        Some(own) => Some(masked_url(&own)),
        // On this machine.
        None if profile.sample => None,
        None => system_proxy(&profile.source.url),
    };
    Route {
        id: profile.id.clone(),
        proxy_of_system: proxy_of_system && proxy.is_some(),
        proxy,
        certificates: option(&settings::CA_FILE),
    }
}

/// Shows the folder of a profile's database in the system's file manager.
#[tauri::command]
pub(crate) async fn open_database_folder(app: AppHandle, core: TheCore<'_>, id: String) -> Answer<()> {
    let (DestinationSettings::Sqlite { path }, _) = run::destination(&core.profile(&id)?, &core.dirs)?;
    core.dirs.ensure(&core.dirs.databases())?;
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
