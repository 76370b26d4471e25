//! Taking over a folder of the older tool.

use std::sync::Arc;

use execute_sync::error::{Error, Kind};
use execute_sync::profile::{import, refuse_taken, refuse_taken_database, stored};
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

use super::choosing::answer_of;
use super::profiles::{changed, taken};
use super::{Answer, TheCore, guarded};
use crate::contract::{ImportPreview, ProfileDraft};
use crate::{drafts, form_secret};

/// Asks for a folder of the older tool and says what a profile would be made of it.
#[tauri::command]
pub(crate) async fn import_choose(app: AppHandle, core: TheCore<'_>) -> Answer<Option<ImportPreview>> {
    let core = Arc::clone(&core);
    guarded(async move {
        let dialog = app.dialog().file().set_title("Folder of the command line tool");
        let Some(folder) = answer_of(|answer| dialog.pick_folder(answer)).await else { return Ok(None) };
        let found = import::read_folder(&folder, None, &core.dirs)?;
        refuse_taken_database(&found.profile, &core.profiles(), &core.dirs)?;
        let mut draft = drafts::draft_of(&found.profile, &core);
        draft.id = None;
        Ok(Some(ImportPreview {
            folder: found.folder.display().to_string(),
            file: found.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            draft,
            has_secret: found.secret.is_some(),
            mark: found.mark.clone(),
            notes: found.notes.clone(),
            token: core.keep_import(found),
        }))
    })
    .await
}

/// Makes the profile. The folder is gone on with, so nothing is read anew.
#[tauri::command]
pub(crate) async fn import_finish(
    app: AppHandle,
    core: TheCore<'_>,
    token: String,
    draft: ProfileDraft,
    secret: Option<String>,
) -> Answer<String> {
    let core = Arc::clone(&core);
    let typed = taken(secret)?;
    guarded(async move {
        let found = core.import(&token).ok_or_else(|| {
            Error::new(Kind::Configuration, "this import was finished or given up").hint("Choose the folder again")
        })?;
        let mut profile = found.profile.clone();
        profile.name = stored::check_name(&draft.name)?.to_owned();
        profile.schedule = drafts::schedule(&draft.schedule)?;
        profile.check(&core.dirs)?;
        refuse_taken(&profile, &core.profiles(), &core.dirs)?;
        // Not yet kept anywhere, whatever the folder's profile says.
        profile.secret = None;
        let wanted = form_secret::reference(&draft, &profile, &core)?;
        let read_elsewhere = !form_secret::is_ours(&wanted.place, &profile.id, &core);
        let secret = typed.as_ref().or(found.secret.as_deref()).filter(|_| !read_elsewhere);
        form_secret::put(&profile, &wanted, secret, &core).await?;
        profile.secret = Some(wanted);
        let id = profile.id.clone();
        core.store.add(profile)?;
        core.forget_imports();
        changed(&app, &core);
        // Nobody wants to wait for what they just made.
        core.worker.sync_now(&id, false, false);
        Ok(id)
    })
    .await
}
