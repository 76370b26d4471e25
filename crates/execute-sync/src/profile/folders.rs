//! The folders that a profile works in. Ours are made as they are needed; one that a person named must be there: if it was
//! moved, or its disk is away, a new one would be a new, empty database.

use std::path::Path;

use crate::error::{Error, Kind, Result};
use crate::paths::{AppDirs, folder_of};

use super::{DestinationSettings, settings};

/// Before something is only looked at: nothing is made.
///
/// # Errors
/// `state_dir` is not ours, and not there.
pub fn check_state_dir(state_dir: &Path, dirs: &AppDirs) -> Result<()> {
    if state_dir.starts_with(dirs.data()) || state_dir.is_dir() {
        return Ok(());
    }
    Err(Error::new(Kind::Configuration, format!("the folder {} does not exist", state_dir.display()))
        .hint("Put it back, or connect the disk it is on. If it was moved for good, import it from where it is now")
        .field(settings::STATE_DIR.name))
}

/// Before a run, or anything else that writes: makes what is ours of a profile's folders.
///
/// # Errors
/// As [`check_state_dir`]; a folder of ours cannot be made.
pub fn prepare(destination: &DestinationSettings, state_dir: &Path, dirs: &AppDirs) -> Result<()> {
    check_state_dir(state_dir, dirs)?;
    let DestinationSettings::Sqlite { path } = destination;
    for folder in [state_dir, folder_of(path)] {
        if folder.starts_with(dirs.data()) {
            dirs.ensure(folder)?;
        }
    }
    Ok(())
}
