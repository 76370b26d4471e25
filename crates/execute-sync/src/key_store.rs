//! `keys.json`: the key pairs that this user made, by everything but their private half, which lies in the keychain or in
//! a file of its own. What a key pair is stands in `key_pair`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

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
    /// The name is taken or none; the place cannot be used. Nothing is written down then.
    pub async fn generate(
        &self,
        wanted: KeyWanted,
        passphrase: Option<&Secret>,
        secrets: &Secrets,
        now: &str,
    ) -> Result<StoredKey> {
        let name = stored::check_name(&wanted.name)?.to_owned();
        self.refuse_taken(&name)?;
        let size = wanted.size;
        let pair = tokio::task::spawn_blocking(move || KeyPair::generate(size))
            .await
            .map_err(|e| Error::new(Kind::Internal, "making the key ended unexpectedly").because(e))??;
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
        let added = key.clone();
        self.change(|keys| {
            keys.push(added);
            Ok(())
        })?;
        Ok(key)
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

    fn refuse_taken(&self, name: &str) -> Result<()> {
        if self.list()?.iter().any(|key| stored::is_same_name(&key.name, name)) {
            return Err(Error::new(Kind::Configuration, format!("a key named {name} is there already"))
                .hint("Choose another name")
                .field("name"));
        }
        Ok(())
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

fn gone() -> Error {
    Error::new(Kind::Configuration, "this key is not there any more").hint("Look at the list again")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use super::*;
    use crate::secret_store::InMemory;

    struct Stand {
        home: tempfile::TempDir,
        store: KeyStore,
        secrets: Secrets,
    }

    fn stand() -> Stand {
        let home = tempfile::tempdir().unwrap();
        let dirs = AppDirs::find(Some(home.path().into())).unwrap();
        dirs.ensure(dirs.config()).unwrap();
        let secrets = Secrets::new(Arc::new(InMemory::default()), Arc::new(|_: &str| Ok(None)));
        Stand { store: KeyStore::new(&dirs), home, secrets }
    }

    fn wanted(name: &str, place: KeyPlace) -> KeyWanted {
        KeyWanted { name: name.into(), size: KeySize::try_from(2048).unwrap(), place, user: Some("SYNC".into()) }
    }

    #[tokio::test]
    async fn a_key_goes_to_the_keychain_as_bytes_and_leaves_it_when_it_is_forgotten() {
        let stand = stand();
        let made = stand
            .store
            .generate(wanted("Warehouse", KeyPlace::Keychain), None, &stand.secrets, "2025-01-31T09:30:00Z")
            .await
            .unwrap();
        assert_eq!(stand.store.list().unwrap(), std::slice::from_ref(&made));
        assert!(made.fingerprint.starts_with("SHA256:") && made.sql.contains("ALTER USER"), "{made:?}");
        let der = stand.secrets.key(&made.id).await.unwrap().unwrap();
        assert!(der.len() < 2560, "Windows holds no more");
        let written = std::fs::read_to_string(stand.home.path().join("config/keys.json")).unwrap();
        assert!(!written.contains("PRIVATE"), "{written}");
        let again = stand.store.generate(wanted("warehouse", KeyPlace::Keychain), None, &stand.secrets, "x").await;
        assert_eq!(again.unwrap_err().at_field(), Some("name"));
        stand.store.delete(&made.id, &stand.secrets).await.unwrap();
        assert!(stand.store.list().unwrap().is_empty() && stand.secrets.key(&made.id).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_key_file_is_never_written_over_and_stays_when_the_key_is_forgotten() {
        let stand = stand();
        let path = stand.home.path().join("key.p8");
        let passphrase = Secret::new("correct horse battery".into());
        let file = || wanted("Laptop", KeyPlace::File(path.clone()));
        let made = stand.store.generate(file(), Some(&passphrase), &stand.secrets, "x").await.unwrap();
        assert!(made.passphrase && std::fs::read_to_string(&path).unwrap().contains("ENCRYPTED PRIVATE KEY"));
        assert!(check_key_file(&path).is_err());
        stand.store.delete(&made.id, &stand.secrets).await.unwrap();
        let again = stand.store.generate(file(), None, &stand.secrets, "x").await;
        assert!(again.is_err() && stand.store.list().unwrap().is_empty() && path.exists());
    }
}
