//! Where secrets are kept between runs: the keychain of the system; or, when a person chose so, a variable of the
//! environment or a file that only they can read. Nothing falls back to a weaker place by itself.
//!
//! A secret is entered for one host. The name under which it is kept holds that host, so a profile whose address was
//! changed finds no secret, and nothing is sent anywhere. The type of a secret is in `secret`.

mod file;
mod keychain;
mod memory;
mod reference;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Error, Kind, Result};
use crate::paths::AppDirs;
use crate::profile::Environment;
use crate::secret::Secret;

pub use keychain::Keychain;
pub use memory::InMemory;
pub use reference::{Place, SecretReference};

/// The secret of an API key.
pub const API_KEY: &str = "api-key";

/// A private key; it signs for a warehouse and is sent to nobody.
const PRIVATE_KEY: &str = "private-key";
const KEY_HOST: &str = "no-host";

/// The bytes of a secret, wiped when dropped.
pub type SecretBytes = Zeroizing<Vec<u8>>;

/// What ways remain when the keychain cannot be used.
const CHOICES: &str = "Unlock or start the keychain of this session, or have the secret read from an environment \
                       variable or from a file that only you can read";

/// So many bytes of a hash stand for a host in the name of a file: enough that no two hosts share one.
const HOST_BYTES: usize = 8;

/// The setting that errors name.
const FIELD: &str = "EXECUTE_APIKEY_SECRET";

/// The name of one secret: whose it is, which one, and the only host it may be sent to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Account(String);

impl Account {
    /// `host` as [`crate::profile::BaseUrl::bound_host`] writes it.
    pub fn new(profile_id: &str, name: &str, host: &str) -> Self {
        Account(format!("{profile_id}/{name}@{host}"))
    }

    /// `<profile id>/<name>@<host>`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A store of raw bytes, an entry a secret.
///
/// Every method ends within seconds, whatever the system asks a person meanwhile, and blocks no thread of the caller.
/// Errors are of kind `Secret` and never hold a secret.
#[async_trait]
pub trait SecretStore: Send + Sync {
    /// The secret; none when there is no such entry.
    async fn get(&self, account: &Account) -> Result<Option<SecretBytes>>;
    /// Puts it there, over an older one.
    async fn set(&self, account: &Account, secret: &[u8]) -> Result<()>;
    /// Removes it; no error when it is not there.
    async fn delete(&self, account: &Account) -> Result<()>;
}

/// Every place a secret can be kept in.
#[derive(Clone)]
pub struct Secrets {
    keychain: Arc<dyn SecretStore>,
    variable: Variable,
}

/// Looks a variable up.
type Variable = Arc<dyn Fn(&str) -> Result<Option<String>> + Send + Sync>;

impl Secrets {
    /// The system's keychain and the process's environment.
    pub fn of_system() -> Self {
        Secrets::new(Arc::new(Keychain::of_system()), Arc::new(Environment::variable_of_process))
    }

    /// With another keychain and environment, for tests.
    pub fn new(keychain: Arc<dyn SecretStore>, variable: Variable) -> Self {
        Secrets { keychain, variable }
    }

    /// The secret that `reference` of the profile points at, for sending it to `host` and nowhere else.
    ///
    /// # Errors
    /// Of kind `Secret`: it was entered for another host, is not there, or its place cannot be used.
    pub async fn get(&self, profile_id: &str, name: &str, reference: &SecretReference, host: &str) -> Result<Secret> {
        if reference.host != host {
            return Err(Error::new(
                Kind::Secret,
                format!("the secret was entered for {}, but the address is now {host}", reference.host),
            )
            .hint("Enter the secret again for this address, or put the address back")
            .field(FIELD));
        }
        let bytes = match &reference.place {
            Place::Keychain => self.keychain.get(&Account::new(profile_id, name, host)).await?,
            Place::Environment { name } => self.in_environment(name)?,
            Place::File { path } => file::read(path)?,
        };
        let bytes = bytes.filter(|bytes| !bytes.is_empty()).ok_or_else(|| missing(&reference.place, host))?;
        secret_of(&bytes)
    }

    /// Keeps `secret` at the place of `reference`. A variable cannot be set from here.
    pub async fn set(&self, profile_id: &str, name: &str, reference: &SecretReference, secret: &Secret) -> Result<()> {
        if secret.is_empty() {
            return Err(Error::new(Kind::Secret, "the secret is empty").hint("Enter it").field(FIELD));
        }
        match &reference.place {
            Place::Keychain => {
                let account = Account::new(profile_id, name, &reference.host);
                self.keychain.set(&account, secret.expose().as_bytes()).await
            }
            Place::Environment { name } => Err(Error::new(
                Kind::Secret,
                format!("the secret is read from the variable {name}, which cannot be set from here"),
            )
            .hint("Set it where the program is started, or keep the secret elsewhere")
            .field(FIELD)),
            Place::File { path } => file::write(path, secret.expose().as_bytes()),
        }
    }

    /// Removes what we keep for `reference`: an entry of the keychain, or a file in our own folder. A variable and a
    /// file that a person placed stay.
    pub async fn delete(
        &self,
        profile_id: &str,
        name: &str,
        reference: &SecretReference,
        dirs: &AppDirs,
    ) -> Result<()> {
        match &reference.place {
            Place::Keychain => self.keychain.delete(&Account::new(profile_id, name, &reference.host)).await,
            Place::File { path } if is_file_of(dirs, profile_id, name, path) => file::remove(path),
            Place::File { .. } | Place::Environment { .. } => Ok(()),
        }
    }

    /// Keeps a private key in the keychain, as the bytes it is (DER): in base64 it would not fit everywhere.
    pub async fn set_key(&self, key_id: &str, der: &[u8]) -> Result<()> {
        self.keychain.set(&Account::new(key_id, PRIVATE_KEY, KEY_HOST), der).await
    }

    /// The private key of this id; none when the keychain has none.
    pub async fn key(&self, key_id: &str) -> Result<Option<SecretBytes>> {
        self.keychain.get(&Account::new(key_id, PRIVATE_KEY, KEY_HOST)).await
    }

    /// Removes it from the keychain.
    pub async fn delete_key(&self, key_id: &str) -> Result<()> {
        self.keychain.delete(&Account::new(key_id, PRIVATE_KEY, KEY_HOST)).await
    }

    fn in_environment(&self, name: &str) -> Result<Option<SecretBytes>> {
        if let Some(value) = (self.variable)(name)? {
            return Ok(Some(Zeroizing::new(value.into_bytes())));
        }
        match (self.variable)(&format!("{name}{}", crate::profile::settings::FILE_SUFFIX))? {
            Some(path) => file::read_named(Path::new(&path), name).map(Some),
            None => Ok(None),
        }
    }
}

/// The file of ours for a secret, where a person wants it in a file and names none. Its name stands for the host too, as
/// an entry of the keychain does: wherever changing an address is broken off, no host is left with another one's secret.
pub fn file_of(dirs: &AppDirs, profile_id: &str, name: &str, host: &str) -> PathBuf {
    let host: String = Sha256::digest(host).iter().take(HOST_BYTES).map(|byte| format!("{byte:02x}")).collect();
    dirs.secrets().join(format!("{profile_id}-{name}-{host}"))
}

/// Is it a file of ours for this secret, whatever the host?
pub fn is_file_of(dirs: &AppDirs, profile_id: &str, name: &str, path: &Path) -> bool {
    let begins = |file: &std::ffi::OsStr| file.to_string_lossy().starts_with(&format!("{profile_id}-{name}"));
    path.parent() == Some(&*dirs.secrets()) && path.file_name().is_some_and(begins)
}

/// A place to offer for secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOffer {
    /// `keychain`, `environment` or `file`.
    pub word: &'static str,
    /// What people call it on this system.
    pub title: &'static str,
    /// What it means.
    pub help: &'static str,
    /// Why it cannot be used now.
    pub problem: Option<String>,
}

impl Secrets {
    /// The places there are on this system, the best first; asks whether the keychain answers.
    pub async fn offers(&self) -> Vec<PlaceOffer> {
        // An entry that nobody has: looking for it shows whether the keychain is there and open.
        let problem = self.keychain.get(&Account::new("0", "probe", "none")).await.err().map(|e| e.to_string());
        let title = if cfg!(target_os = "macos") {
            "Keychain of macOS"
        } else if cfg!(windows) {
            "Windows Credential Manager"
        } else {
            "Keychain of the desktop"
        };
        vec![
            PlaceOffer {
                word: "keychain",
                title,
                help: "Encrypted by the system, open while you are logged in",
                problem,
            },
            PlaceOffer {
                word: "environment",
                title: "Environment variable",
                help: "Read from a variable, or from the file that the variable with _FILE behind its name names",
                problem: None,
            },
            PlaceOffer {
                word: "file",
                title: "File that only you can read",
                help: "Not encrypted; whoever gets the file or a backup of it has the secret",
                problem: None,
            },
        ]
    }
}

fn secret_of(bytes: &[u8]) -> Result<Secret> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Error::new(Kind::Secret, "the secret is not text").hint("Enter the secret again").field(FIELD))?;
    // From a file or a variable it may have a line end that belongs to neither.
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    Ok(Secret::new(text.to_owned()))
}

fn missing(place: &Place, host: &str) -> Error {
    let (message, hint) = match place {
        Place::Keychain => (format!("the keychain holds no secret for {host}"), "Enter the secret again".to_owned()),
        Place::Environment { name } => (
            format!("the variable {name}, which holds the secret for {host}, is not set"),
            format!("Set {name}, or {name}_FILE to a file that holds the secret"),
        ),
        Place::File { path } => (
            format!("{}, which holds the secret for {host}, is not there or empty", path.display()),
            "Enter the secret again".to_owned(),
        ),
    };
    Error::new(Kind::Secret, message).hint(hint).field(FIELD)
}
