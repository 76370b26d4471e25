//! Key pairs: listing, making, forgetting. A private half never comes back to the window.

use std::path::PathBuf;
use std::sync::Arc;

use execute_sync::error::{Error, Kind};
use execute_sync::key_pair::KeySize;
use execute_sync::key_store::{KeyPlace, KeyStore, KeyWanted, StoredKey, check_key_file};
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

use super::choosing::answer_of;
use super::profiles::taken;
use super::{Answer, TheCore, guarded};
use crate::contract::{KeyOrder, KeyView};

/// The key pairs of this user.
#[tauri::command]
pub(crate) async fn keys(core: TheCore<'_>) -> Answer<Vec<KeyView>> {
    let store = KeyStore::new(&core.dirs);
    guarded(async move { Ok(store.list()?.into_iter().map(view).collect()) }).await
}

/// Makes a key pair; for a file the person is asked where. None if they thought better of it. One is made at a time; one
/// that was stopped fails as `cancelled`.
#[tauri::command]
pub(crate) async fn generate_key(
    app: AppHandle,
    core: TheCore<'_>,
    order: KeyOrder,
    passphrase: Option<String>,
) -> Answer<Option<KeyView>> {
    let core = Arc::clone(&core);
    let passphrase = taken(passphrase)?;
    let stop = core.key.begin();
    guarded(async move {
        let size = KeySize::try_from(order.size)?;
        let place = match order.place.as_str() {
            "keychain" => KeyPlace::Keychain,
            "file" => match ask_for_file(&app).await {
                Some(path) => KeyPlace::File(path),
                None => return Ok(None),
            },
            _ => return Err(Error::new(Kind::Configuration, "a key goes to the keychain or to a file").into()),
        };
        if let KeyPlace::File(path) = &place {
            check_key_file(path)?;
        }
        let wanted = KeyWanted { name: order.name, size, place, user: order.user.filter(|user| !user.is_empty()) };
        let now = execute_sync::history::utc(jiff::Timestamp::now());
        let made = KeyStore::new(&core.dirs).generate(wanted, passphrase.as_ref(), &core.secrets, &now, &stop).await?;
        Ok(Some(view(made)))
    })
    .await
}

/// Stops the making of a key pair; nothing is left of it.
#[tauri::command]
pub(crate) async fn stop_key(core: TheCore<'_>) -> Answer<()> {
    core.key.stop();
    Ok(())
}

/// Forgets a key pair; a private key in a file stays there.
#[tauri::command]
pub(crate) async fn delete_key(core: TheCore<'_>, id: String) -> Answer<()> {
    let core = Arc::clone(&core);
    guarded(async move { Ok(KeyStore::new(&core.dirs).delete(&id, &core.secrets).await?) }).await
}

async fn ask_for_file(app: &AppHandle) -> Option<PathBuf> {
    let dialog = app.dialog().file().set_title("Private key").set_file_name("execute_sync_key.p8");
    answer_of(|answer| dialog.save_file(answer)).await
}

fn view(key: StoredKey) -> KeyView {
    KeyView {
        id: key.id,
        name: key.name,
        size: key.size,
        fingerprint: key.fingerprint,
        created: key.created,
        place: match key.place {
            KeyPlace::Keychain => "keychain".to_owned(),
            KeyPlace::File(path) => path.display().to_string(),
        },
        passphrase: key.passphrase,
        public_key: key.public_key,
        sql: key.sql,
        // Snowflake, the only destination that takes keys, is not in this version.
        used_by: Vec::new(),
    }
}
