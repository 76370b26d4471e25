//! Choosing files for a form. A new database lies in a folder that a person chose, under a name that is free, so nobody is
//! asked whether to replace a database that is in fact gone on with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use execute_sync::paths::folder_of;
use execute_sync::profile::form::{self, DATABASE_ENDS};
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, FilePath};

use super::{Answer, TheCore, guarded};
use crate::contract::ChosenDatabase;
use crate::drafts;

/// Where the database of a profile of this name goes if nobody says otherwise.
#[tauri::command]
pub(crate) async fn default_database(core: TheCore<'_>, name: String) -> Answer<String> {
    let core = Arc::clone(&core);
    guarded(async move { Ok(drafts::default_database(&name, &core).to_string_lossy().into_owned()) }).await
}

/// Asks for a database that is there; none if the person thought better of it.
#[tauri::command]
pub(crate) async fn choose_database_file(
    app: AppHandle,
    core: TheCore<'_>,
    near: Option<String>,
) -> Answer<Option<ChosenDatabase>> {
    let core = Arc::clone(&core);
    guarded(async move {
        core.dirs.ensure(&core.dirs.databases())?;
        let folder = near.map_or_else(|| core.dirs.databases(), |near| folder_of(Path::new(&near)).to_owned());
        let dialog = app.dialog().file().set_title("Existing database").add_filter("SQLite", &DATABASE_ENDS);
        let dialog = dialog.set_directory(folder);
        let Some(path) = answer_of(|answer| dialog.pick_file(answer)).await else { return Ok(None) };
        core.chosen.allow_file(&path);
        Ok(Some(ChosenDatabase { exists: path.exists(), path: path.to_string_lossy().into_owned() }))
    })
    .await
}

/// Asks for the folder of a new database, and gives it a free name in there: that of the profile.
#[tauri::command]
pub(crate) async fn choose_database_folder(
    app: AppHandle,
    core: TheCore<'_>,
    name: String,
) -> Answer<Option<ChosenDatabase>> {
    let core = Arc::clone(&core);
    guarded(async move {
        let dialog = app.dialog().file().set_title("Folder for the new database");
        let Some(folder) = answer_of(|answer| dialog.pick_folder(answer)).await else { return Ok(None) };
        core.chosen.allow_folder(&folder);
        let path = form::database_in(&folder, &name, |path| drafts::is_taken(path, &core));
        Ok(Some(ChosenDatabase { exists: false, path: path.to_string_lossy().into_owned() }))
    })
    .await
}

/// Asks for any other file that a field wants, such as one with certificates.
#[tauri::command]
pub(crate) async fn choose_file(app: AppHandle, core: TheCore<'_>) -> Answer<Option<String>> {
    let core = Arc::clone(&core);
    guarded(async move {
        let dialog = app.dialog().file().set_title("Choose a file");
        let Some(path) = answer_of(|answer| dialog.pick_file(answer)).await else { return Ok(None) };
        core.chosen.allow_file(&path);
        Ok(Some(path.to_string_lossy().into_owned()))
    })
    .await
}

/// Shows a dialog and waits for what is chosen; none if the person thought better of it.
pub(super) async fn answer_of(show: impl FnOnce(Box<dyn FnOnce(Option<FilePath>) + Send>)) -> Option<PathBuf> {
    let (answer, chosen) = tokio::sync::oneshot::channel();
    show(Box::new(move |path| {
        // Nobody waits any more if the window is gone.
        let _ = answer.send(path);
    }));
    chosen.await.ok().flatten().and_then(|path| path.into_path().ok())
}
