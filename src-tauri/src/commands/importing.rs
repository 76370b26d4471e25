//! Taking over a folder of the older tool.

use std::sync::Arc;

use execute_sync::error::{Error, Kind, Result};
use execute_sync::profile::{import, refuse_taken, refuse_taken_database, stored};
use execute_sync::secret::Secret;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

use super::choosing::answer_of;
use super::profiles::{changed, forget_unused, taken};
use super::{Answer, TheCore, guarded};
use crate::contract::{ImportPreview, ProfileDraft};
use crate::core::Core;
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
        (draft.id, draft.stamp) = (None, None);
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
        let id = finish(&token, &draft, typed, &core).await?;
        changed(&app, &core);
        // Nobody wants to wait for what they just made.
        core.worker.sync_now(&id, false, false);
        Ok(id)
    })
    .await
}

/// Keeps the profile and its secret; gives its id.
async fn finish(token: &str, draft: &ProfileDraft, typed: Option<Secret>, core: &Core) -> Result<String> {
    let found = core.import(token).ok_or_else(|| {
        Error::new(Kind::Configuration, "this import was finished or given up").hint("Choose the folder again")
    })?;
    let mut profile = found.profile.clone();
    profile.name = stored::check_name(&draft.name)?.to_owned();
    profile.schedule = drafts::schedule(&draft.schedule)?;
    profile.check(&core.dirs)?;
    refuse_taken(&profile, &core.profiles(), &core.dirs)?;
    // Not yet kept anywhere, whatever the folder's profile says.
    profile.secret = None;
    let wanted = form_secret::reference(draft, &profile, core)?;
    let read_elsewhere = !form_secret::is_ours(&wanted.place, &profile.id, core);
    let secret = typed.as_ref().or(found.secret.as_deref()).filter(|_| !read_elsewhere);
    form_secret::put(&profile, &wanted, secret, core).await?;
    profile.secret = Some(wanted.clone());
    let id = profile.id.clone();
    let kept = core.store.add(profile);
    forget_unused(&id, None, Some(&wanted), kept.is_ok(), core).await;
    kept?;
    core.forget_imports();
    Ok(id)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use execute_sync::profile::StoredProfile;
    use execute_sync::secret_store::API_KEY;

    use super::*;
    use crate::test_core::{core, draft};

    #[tokio::test]
    async fn a_profile_that_cannot_be_kept_leaves_no_secret_behind_and_can_be_tried_again() {
        let home = tempfile::tempdir().unwrap();
        let core = core(&home);
        let folder = home.path().join("older");
        std::fs::create_dir(&folder).unwrap();
        let settings = "EXECUTESYNC_EXECUTE_URL=https://a.example\nEXECUTESYNC_EXECUTE_APIKEY_ID=reporting\n\
                        EXECUTESYNC_EXECUTE_APIKEY_SECRET=from-the-folder\nEXECUTESYNC_DATABASE_TYPE=SQLITE\n";
        std::fs::write(folder.join(".env"), settings).unwrap();
        let found = import::read_folder(&folder, None, &core.dirs).unwrap();
        let (id, reference) = (found.profile.id.clone(), found.profile.secret.clone().unwrap());
        let token = core.keep_import(found);
        let secret = async || core.secrets.get(&id, API_KEY, &reference, &reference.host).await;

        // Another program takes the name; we have not read that yet.
        let other = StoredProfile::new("Northern", &core.dirs.databases().join("other.sqlite")).unwrap();
        core.store.add(other).unwrap();
        let error = finish(&token, &draft("https://a.example"), None, &core).await.unwrap_err();
        assert_eq!(error.at_field(), Some("name"), "{error}");
        assert!(secret().await.is_err(), "nobody knows the id under which it would be");

        let again = ProfileDraft { name: "Older".to_owned(), ..draft("https://a.example") };
        assert_eq!(finish(&token, &again, None, &core).await.unwrap(), id);
        assert_eq!(secret().await.unwrap().expose(), "from-the-folder");
    }
}
