//! `keys.json`: the key pairs that this user made, by everything but their private half, which lies in the keychain or in
//! a file of its own. What a key pair is stands in `key_pair`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::error::{Error, Kind, Result};
use crate::key_pair::{KeyPair, KeySize};
use crate::paths::{self, AppDirs};
use crate::profile::stored;
use crate::run_lock::lock_briefly;
use crate::secret::Secret;
use crate::secret_store::Secrets;

const FILE: &str = "keys.json";
const LOCK_FILE: &str = ".keys.lock";
const LOCK_LIMIT: Duration = Duration::from_secs(5);

/// Where a private key is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// The keychain of the system.
    Keychain,
    /// A PEM file that only its owner can read.
    File(PathBuf),
}

/// A key pair as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredKey {
    /// 16 hexadecimal digits.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Bits.
    pub size: u32,
    /// `SHA256:` and the base64 of the SHA-256 of the public key's DER, as `DESC USER` shows it.
    pub fingerprint: String,
    /// When it was made, UTC.
    pub created: String,
    /// Where its private half is.
    pub place: KeyPlace,
    /// Has that a passphrase?
    pub passphrase: bool,
    /// PEM of the public half.
    pub public_key: String,
    /// The SQL that registers it.
    pub sql: String,
}

/// What to make.
#[derive(Debug)]
pub struct KeyWanted {
    /// What people will call it.
    pub name: String,
    /// Bits.
    pub size: KeySize,
    /// Where the private half goes; a file must not be there yet.
    pub place: KeyPlace,
    /// The Snowflake user in the SQL.
    pub user: Option<String>,
}

/// The key pairs of this user.
#[derive(Debug, Clone)]
pub struct KeyStore {
    folder: PathBuf,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    keys: Vec<StoredKey>,
}

impl KeyStore {
    /// The keys of `dirs`. Nothing is read or created yet.
    pub fn new(dirs: &AppDirs) -> Self {
        KeyStore { folder: dirs.config().to_owned() }
    }

    /// All of them, in the order in which they were made.
    ///
    /// # Errors
    /// The file cannot be read, or is not as we wrote it; it stays as it is.
    pub fn list(&self) -> Result<Vec<StoredKey>> {
        let path = self.file();
        let bytes = match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(|error| paths::unreadable(&path, error))?,
        };
        let written: Written = serde_json::from_slice(&bytes).map_err(|e| {
            Error::new(Kind::Configuration, format!("{} is not as it was written", path.display()))
                .hint("Put back a copy of it, or move it away: keys in the keychain and in files stay")
                .because(e)
        })?;
        Ok(written.keys)
    }

    /// Makes a key pair, puts its private half where it is to be, and writes the rest down. Takes seconds of computing.
    ///
    /// # Errors
    /// The name is taken or none; the place cannot be used; it was stopped, which is of kind `Cancelled`. Nothing is
    /// written down then, and the private half is nowhere.
    pub async fn generate(
        &self,
        wanted: KeyWanted,
        passphrase: Option<&Secret>,
        secrets: &Secrets,
        now: &str,
        stop: &CancellationToken,
    ) -> Result<StoredKey> {
        let name = stored::check_name(&wanted.name)?.to_owned();
        refuse_taken(&self.list()?, &name)?;
        let pair = computed(wanted.size, stop).await?;
        let size = wanted.size;
        let key = StoredKey {
            id: stored::new_id(),
            name,
            size: u32::try_from(size.bits()).unwrap_or_default(),
            fingerprint: pair.fingerprint()?,
            created: now.to_owned(),
            place: wanted.place,
            passphrase: passphrase.is_some(),
            public_key: pair.public_pem()?,
            sql: pair.alter_user_sql(wanted.user.as_deref())?,
        };
        match (&key.place, passphrase) {
            (KeyPlace::File(path), _) => pair.write_private(path, passphrase)?,
            (KeyPlace::Keychain, Some(passphrase)) => {
                secrets.set_key(&key.id, &pair.encrypted_der(passphrase)?).await?;
            }
            (KeyPlace::Keychain, None) => secrets.set_key(&key.id, &pair.private_der()?).await?,
        }
        // A keychain may have waited for a person: by now it may have been stopped, or the name be another key's.
        let added = self.change(|keys| {
            refuse_stopped(stop)?;
            refuse_taken(keys, &key.name)?;
            keys.push(key.clone());
            Ok(())
        });
        match added {
            Ok(()) => Ok(key),
            Err(error) => {
                // A disk may fail with the list in its place.
                if self.list().is_ok_and(|keys| keys.iter().all(|kept| kept.id != key.id)) {
                    take_back(&key, secrets).await;
                }
                Err(error)
            }
        }
    }

    /// Forgets a key pair. Its private half goes from the keychain; a file stays, for others may use it.
    pub async fn delete(&self, id: &str, secrets: &Secrets) -> Result<()> {
        let key = self.list()?.into_iter().find(|key| key.id == id).ok_or_else(gone)?;
        if key.place == KeyPlace::Keychain {
            secrets.delete_key(id).await?;
        }
        self.change(|keys| {
            keys.retain(|key| key.id != id);
            Ok(())
        })
    }

    fn change(&self, change: impl FnOnce(&mut Vec<StoredKey>) -> Result<()>) -> Result<()> {
        let _lock = lock_briefly(&self.folder.join(LOCK_FILE), LOCK_LIMIT).ok_or_else(|| {
            Error::new(Kind::Disk, "the list of keys is being changed by another program").hint("Try again in a moment")
        })?;
        let mut keys = self.list()?;
        change(&mut keys)?;
        let mut text = serde_json::to_vec_pretty(&Written { version: 1, keys })
            .map_err(|e| Error::new(Kind::Internal, "the list of keys cannot be written down").because(e))?;
        text.push(b'\n');
        paths::replace_file(&self.file(), &text)
    }

    fn file(&self) -> PathBuf {
        self.folder.join(FILE)
    }
}

/// Would a key file be written over? Asked before the seconds of computing.
pub fn check_key_file(path: &Path) -> Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(Error::new(
            Kind::Configuration,
            format!("{} is there already, and a key is never written over", path.display()),
        )
        .hint("Choose another file, or move that one away"));
    }
    Ok(())
}

/// The pair, computed where it is in nobody's way; once stopped, it is dropped as soon as it is there.
async fn computed(size: KeySize, stop: &CancellationToken) -> Result<KeyPair> {
    let pair = tokio::select! {
        biased;
        () = stop.cancelled() => return Err(stopped()),
        pair = tokio::task::spawn_blocking(move || KeyPair::generate(size)) => pair,
    };
    pair.map_err(|e| Error::new(Kind::Internal, "making the key ended unexpectedly").because(e))?
}

/// Removes the private half of a key that is not written down. What cannot be removed is known to nobody.
async fn take_back(key: &StoredKey, secrets: &Secrets) {
    let removed = match &key.place {
        KeyPlace::Keychain => secrets.delete_key(&key.id).await,
        // It was not there before, or it would not have been written.
        KeyPlace::File(path) => {
            std::fs::remove_file(path).map_err(|error| paths::disk_error(path, "cannot be removed", error))
        }
    };
    if let Err(error) = removed {
        log::warn!("The private half of the key {}, which was not kept, stays: {error}", key.name);
    }
}

fn refuse_taken(keys: &[StoredKey], name: &str) -> Result<()> {
    if keys.iter().any(|key| stored::is_same_name(&key.name, name)) {
        return Err(Error::new(Kind::Configuration, format!("a key named {name} is there already"))
            .hint("Choose another name")
            .field("name"));
    }
    Ok(())
}

fn refuse_stopped(stop: &CancellationToken) -> Result<()> {
    if stop.is_cancelled() { Err(stopped()) } else { Ok(()) }
}

fn stopped() -> Error {
    Error::new(Kind::Cancelled, "making the key was stopped as asked")
}

fn gone() -> Error {
    Error::new(Kind::Configuration, "this key is not there any more").hint("Look at the list again")
}

#[cfg(test)]
mod tests;
