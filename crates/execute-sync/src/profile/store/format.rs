//! The text of `profiles.json`: read with every mistake named by line, written so that people can read it.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Kind, Result};
use crate::profile::stored::{StoredProfile, is_same_name};
use crate::profile::text::shown;

/// What this program writes and the newest it reads.
const VERSION: u64 = 1;

/// Nobody has so many profiles; a file this large is something else.
const LARGEST_BYTES: usize = 4 << 20;

/// Why a text gives no profiles.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// A newer program wrote it.
    Newer(u64),
    /// A person, a disk: the rest of a sentence that begins with the file's name.
    Broken(String),
}

#[derive(Deserialize)]
struct Version {
    version: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(rename = "version")]
    _version: u64,
    profiles: Vec<StoredProfile>,
}

#[derive(Serialize)]
struct Write<'a> {
    version: u64,
    profiles: &'a [StoredProfile],
}

pub(super) fn read(bytes: &[u8]) -> std::result::Result<Vec<StoredProfile>, Unreadable> {
    if bytes.len() > LARGEST_BYTES {
        return Err(Unreadable::Broken("is far too large".to_owned()));
    }
    // Editors of Windows put a byte order mark before the text.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(Version { version }) = serde_json::from_slice(bytes)
        && version > VERSION
    {
        return Err(Unreadable::Newer(version));
    }
    let read: Read = serde_json::from_slice(bytes).map_err(|error| Unreadable::Broken(told(&error)))?;
    check(&read.profiles).map_err(|error| Unreadable::Broken(format!("cannot be used: {error}")))?;
    Ok(read.profiles)
}

pub(super) fn write(profiles: &[StoredProfile]) -> Result<Vec<u8>> {
    let written = serde_json::to_vec_pretty(&Write { version: VERSION, profiles });
    let mut bytes =
        written.map_err(|error| Error::new(Kind::Internal, "the profiles cannot be written as JSON").because(error))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// What holds for all profiles together: ids and names are of their form and given once.
pub(super) fn check(profiles: &[StoredProfile]) -> Result<()> {
    for (at, profile) in profiles.iter().enumerate() {
        profile.check_shape()?;
        for other in &profiles[..at] {
            if is_same_name(&other.name, &profile.name) {
                return Err(Error::new(
                    Kind::Configuration,
                    format!("two profiles are named {}", shown(&profile.name)),
                )
                .hint("Choose another name")
                .field("name"));
            }
            if other.id == profile.id {
                return Err(Error::new(Kind::Configuration, format!("two profiles have the id {}", profile.id))
                    .hint("Give one of them another id"));
            }
        }
    }
    Ok(())
}

/// The rest of the sentence for an error of the reader. Its own words are kept only where they name a field: others quote
/// values, among which somebody may have put a secret.
fn told(error: &serde_json::Error) -> String {
    let line = error.line();
    let text = error.to_string();
    let named = ["unknown field", "missing field", "duplicate field"].into_iter().find_map(|what| {
        let name = text.strip_prefix(what)?.split('`').nth(1)?;
        Some(format!("{what} `{}`", shown(name)))
    });
    match (error.classify(), named) {
        (_, Some(named)) => {
            format!("has an {named} in line {line}").replace("an missing", "a missing").replace("an dup", "a dup")
        }
        (serde_json::error::Category::Eof, None) => format!("breaks off in line {line}"),
        (serde_json::error::Category::Syntax, None) => format!("is no JSON from line {line} on"),
        _ => format!("has a value of the wrong form in line {line}"),
    }
}
