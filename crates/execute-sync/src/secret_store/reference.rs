//! Where a profile's secret is, as the profile writes it down: the kind of place and the host, never the secret.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::FIELD;
use crate::error::{Error, Kind, Result};

/// Where a profile's secret is. Never the secret itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct SecretReference {
    /// The kind of place.
    pub place: Place,
    /// The host it was entered for; it is sent to no other.
    pub host: String,
}

/// A kind of place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The keychain of the system.
    Keychain,
    /// A variable of the environment; or, with `_FILE` behind its name, one that names a file.
    Environment {
        /// The variable.
        name: String,
    },
    /// A file that only its owner can read.
    File {
        /// The file, with all folders above it.
        path: PathBuf,
    },
}

impl Place {
    /// The word for it in files and across IPC.
    pub fn word(&self) -> &'static str {
        match self {
            Place::Keychain => "keychain",
            Place::Environment { .. } => "environment",
            Place::File { .. } => "file",
        }
    }

    /// From its word, with the variable or the path where one is needed.
    pub fn from_word(word: &str, name: Option<&str>) -> Result<Self> {
        let wrong = |what: String, hint: &str| Err(Error::new(Kind::Configuration, what).hint(hint).field(FIELD));
        match (word, name.filter(|name| !name.is_empty())) {
            ("keychain", None) => Ok(Place::Keychain),
            ("environment", Some(name)) if is_variable(name) => Ok(Place::Environment { name: name.to_owned() }),
            ("environment", _) => {
                wrong("the secret's variable has no usable name".to_owned(), "Use letters, digits and _")
            }
            ("file", Some(path)) if Path::new(path).is_absolute() => Ok(Place::File { path: path.into() }),
            ("file", _) => wrong("the secret's file is not named".to_owned(), "Give its whole path"),
            ("keychain", Some(_)) => wrong("the keychain takes no name".to_owned(), "Leave it out"),
            _ => wrong("the place of the secret is unknown".to_owned(), "Use one of keychain, environment and file"),
        }
    }
}

/// `in the keychain, for example.com`.
impl fmt::Display for SecretReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Keychain => f.write_str("in the keychain")?,
            Place::Environment { name } => write!(f, "in the variable {name}")?,
            Place::File { path } => write!(f, "in the file {}", path.display())?,
        }
        write!(f, ", for {}", self.host)
    }
}

/// A variable's name; anything else may be the secret itself, put in the wrong place.
fn is_variable(name: &str) -> bool {
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    first && name.len() <= 200 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    place: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    host: String,
}

impl TryFrom<Written> for SecretReference {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        let named = match written.place.as_str() {
            "environment" => written.name.as_deref(),
            _ => written.path.as_deref(),
        };
        Ok(SecretReference { place: Place::from_word(&written.place, named)?, host: written.host })
    }
}

impl From<SecretReference> for Written {
    fn from(reference: SecretReference) -> Self {
        let place = reference.place.word().to_owned();
        let (name, path) = match reference.place {
            Place::Keychain => (None, None),
            Place::Environment { name } => (Some(name), None),
            Place::File { path } => (None, path.into_os_string().into_string().ok()),
        };
        Written { place, name, path, host: reference.host }
    }
}
