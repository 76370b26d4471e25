//! Taking a profile away: its entry, its secret, its history and locks, and its database if that is asked for. The same for
//! every shell.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Engine;
use crate::destination::sqlite::files_of;
use crate::error::{Error, Kind, Result};
use crate::paths::{AppDirs, disk_error, may_be_same_file};
use crate::profile::{DestinationSettings, ProfileStore, StoredProfile, destination_from, folders};
use crate::run_lock::RunLock;
use crate::secret_store::{API_KEY, Secrets};

/// A run that ends is looked for so often.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What is to go.
#[derive(Debug, Clone, Copy)]
pub struct Removal<'a> {
    /// The profile.
    pub profile: &'a StoredProfile,
    /// Its database too.
    pub delete_database: bool,
    /// A run that is ending is waited for so long.
    pub run_ends_within: Duration,
}

/// What went, and what did not.
#[derive(Debug)]
pub struct Removed {
    /// The database, where it can be told which that is.
    pub database: Option<PathBuf>,
    /// Why its secret could not be removed: a locked keychain keeps nobody from being rid of a profile.
    pub secret_stays: Option<Error>,
}

/// Removes a profile. An older tool's folder stays as it is.
///
/// # Errors
/// A run of it goes on; its database is to go and cannot, or belongs to another profile too. The profile stays then.
pub async fn remove(removal: Removal<'_>, store: &ProfileStore, secrets: &Secrets, dirs: &AppDirs) -> Result<Removed> {
    let Removal { profile, delete_database, run_ends_within } = removal;
    let state_dir = profile.state_dir(dirs);
    let destination = match writable(profile, &state_dir, dirs) {
        // The database would stay, and be taken for gone.
        Err(error) if delete_database => return Err(error),
        // No reason to keep the profile.
        found => found.ok(),
    };
    let held = match &destination {
        Some(destination) => {
            Some(ended(&Engine::for_profile(profile, destination.clone(), &state_dir), run_ends_within).await?)
        }
        None => None,
    };
    let database = destination.map(|DestinationSettings::Sqlite { path }| path);
    if let Some(path) = database.as_deref().filter(|_| delete_database) {
        refuse_shared(profile, path, &store.load()?.profiles, dirs)?;
        delete(path)?;
    }
    store.remove(&profile.id)?;
    let secret_stays = match &profile.secret {
        Some(reference) => secrets.delete(&profile.id, API_KEY, reference, dirs).await.err(),
        None => None,
    };
    drop(held);
    if !profile.follows_mark_file() && state_dir.is_dir() {
        std::fs::remove_dir_all(&state_dir).map_err(|error| disk_error(&state_dir, "cannot be removed", error))?;
    }
    Ok(Removed { database, secret_stays })
}

/// Its database, with the folder in which a run would hold its lock.
fn writable(profile: &StoredProfile, state_dir: &Path, dirs: &AppDirs) -> Result<DestinationSettings> {
    let sources = profile.sources(std::collections::BTreeMap::new(), dirs)?;
    let destination = destination_from(&sources, dirs.data())?;
    folders::prepare(&destination, state_dir, dirs)?;
    Ok(destination)
}

/// Waits for a run to end, and keeps others away.
async fn ended(engine: &Engine, within: Duration) -> Result<RunLock> {
    let begun = Instant::now();
    loop {
        match engine.hold() {
            Err(error) if error.kind() == Kind::AlreadyRunning && begun.elapsed() < within => {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            held => return held,
        }
    }
}

fn refuse_shared(profile: &StoredProfile, path: &Path, profiles: &[StoredProfile], dirs: &AppDirs) -> Result<()> {
    let uses_it = |other: &&StoredProfile| {
        other.id != profile.id && other.database(dirs).is_ok_and(|used| may_be_same_file(&used, path))
    };
    match profiles.iter().find(uses_it) {
        Some(other) => Err(Error::new(
            Kind::Configuration,
            format!("the profile {} uses the same database, so it stays", other.name),
        )
        .hint("Remove this profile without its database")),
        None => Ok(()),
    }
}

/// The file and what SQLite keeps beside it.
fn delete(database: &Path) -> Result<()> {
    for path in files_of(database) {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::new(Kind::Disk, format!("{} cannot be deleted", path.display()))
                    .hint("Close the program that has it open, then try again")
                    .because(error));
            }
            _ => {}
        }
    }
    Ok(())
}
