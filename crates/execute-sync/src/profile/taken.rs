//! What two profiles may not share: a name, and a database. Asked before a secret is put anywhere.

use super::form;
use super::stored::{StoredProfile, is_same_name};
use crate::error::{Error, Kind, Result};
use crate::paths::{AppDirs, may_be_same_file};

/// Refuses `profile` if another one of `profiles` has its name or its database.
///
/// # Errors
/// At the field `name`, or at that of the database's path, naming the other one.
pub fn refuse_taken(profile: &StoredProfile, profiles: &[StoredProfile], dirs: &AppDirs) -> Result<()> {
    let has_name = |other: &&StoredProfile| other.id != profile.id && is_same_name(&other.name, &profile.name);
    if let Some(other) = profiles.iter().find(has_name) {
        return Err(Error::new(Kind::Configuration, format!("there is a profile named {} already", other.name))
            .hint("Choose another name")
            .field("name"));
    }
    refuse_taken_database(profile, profiles, dirs)
}

/// The same for the database alone. Profiles that share one from of old may still be changed otherwise.
pub fn refuse_taken_database(profile: &StoredProfile, profiles: &[StoredProfile], dirs: &AppDirs) -> Result<()> {
    let before = profiles.iter().find(|other| other.id == profile.id);
    if before.is_some_and(|before| before.destination == profile.destination) {
        return Ok(());
    }
    let path = profile.database(dirs)?;
    let writes_there = |other: &&StoredProfile| {
        other.id != profile.id && other.database(dirs).is_ok_and(|used| may_be_same_file(&used, &path))
    };
    match profiles.iter().find(writes_there) {
        Some(other) => {
            let message = format!("the profile {} writes to the database {} already", other.name, path.display());
            Err(Error::new(Kind::Configuration, message)
                .hint("Use that profile, or remove it first, or choose another database")
                .field(form::PATH))
        }
        None => Ok(()),
    }
}
