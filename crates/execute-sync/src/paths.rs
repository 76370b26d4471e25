//! Everything that knows the operating system's files: where ours lie, how they are replaced, which names are safe.
//!
//! Code that differs by system lives here and in `run_lock` and `secret`, behind [`FileSystem`], so that the rules of
//! the strictest system run in the tests of every one. What the files hold is known by the modules that own them.
//! Paths stay paths: nothing here turns one into text but for a message, so blanks, non-ASCII letters and even bytes
//! that are no text are fine in a home folder.

mod app_dirs;
mod file_system;
mod names;
mod owner;
mod replace;
mod written;

#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Kind, Result};

pub use app_dirs::{APP_NAME, AppDirs, HOME_VARIABLE};
pub use file_system::{FileIdentity, FileSystem, Link, Opened, System, file_identity};
pub(crate) use file_system::{is_named, is_there_unwritable, read_private};
pub use names::{check_file_name, may_be_same_file, may_be_same_file_in, same_name};
pub(crate) use owner::open_or_create;
pub(crate) use replace::follow_own_link;
pub use replace::{
    create_private_file, create_private_file_in, replace_file, replace_file_in, replace_through_link,
    replace_through_link_in,
};

pub(crate) use written::Written;

/// As many links as Linux follows, one after another; more are a circle.
const MOST_LINKS: usize = 40;

/// The folder of everything we keep beside a database, and the name of every file in it.
///
/// Names alone: nothing is read or created but by [`StateDir::ensure`] and [`StateDir::sweep`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateDir(PathBuf);

impl StateDir {
    /// The mark file, which the older tool reads and writes too.
    pub const MARK_FILE: &str = "last_sync_date.txt";
    /// The run history.
    pub const HISTORY_FILE: &str = "execute-sync-runs.ndjson";
    /// Held while the run history is written to.
    pub const HISTORY_LOCK_FILE: &str = ".execute-sync-runs.lock";
    /// What the name of a destination's lock begins and ends with.
    const RUN_LOCK: (&str, &str) = (".execute-sync-", ".lock");
    /// The database when none is named.
    pub const DEFAULT_DATABASE: &str = "execute.sqlite";

    /// The layout under `folder`, which need not exist.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        StateDir(folder.into())
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// `last_sync_date.txt`: the high-water mark and nothing else.
    pub fn mark_file(&self) -> PathBuf {
        self.0.join(Self::MARK_FILE)
    }

    /// `execute-sync-runs.ndjson`: the run history.
    pub fn history_file(&self) -> PathBuf {
        self.0.join(Self::HISTORY_FILE)
    }

    /// Held while the run history is written to.
    pub fn history_lock_file(&self) -> PathBuf {
        self.0.join(Self::HISTORY_LOCK_FILE)
    }

    /// `execute.sqlite`: the database when none is named.
    pub fn default_database(&self) -> PathBuf {
        self.0.join(Self::DEFAULT_DATABASE)
    }

    /// The lock of the destination whose name hashes to `key` (hex digits).
    pub fn run_lock_file(&self, key: &str) -> PathBuf {
        self.0.join(format!("{}{key}{}", Self::RUN_LOCK.0, Self::RUN_LOCK.1))
    }

    /// Is this a file that [`StateDir::run_lock_file`] names?
    pub fn is_run_lock(path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(Self::RUN_LOCK.0) && name.ends_with(Self::RUN_LOCK.1)
    }

    /// Creates the folder (0700) if it is missing, but not the folders above it: a mistyped path is an error.
    pub fn ensure(&self) -> Result<()> {
        if self.0.is_dir() {
            return Ok(());
        }
        file_system::create_private_dir(&self.0).map_err(|error| {
            Error::new(Kind::Configuration, format!("The state folder {} cannot be created", self.0.display()))
                .hint("Create the folders above it, or name another folder in EXECUTESYNC_STATE_DIR")
                .field("STATE_DIR")
                .because(error)
        })
    }

    /// Removes the temporary files that a killed run of ours left behind, and says how many; never fails.
    ///
    /// Only what is older than a minute goes: a younger one may be in use by another program of ours this instant.
    pub fn sweep(&self) -> usize {
        replace::sweep(&self.0)
    }
}

/// Creates a folder of ours, and what is missing above it, for its owner alone.
pub(crate) fn private_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    file_system::create_private_dirs(folder).map_err(|error| disk_error(folder, "cannot be created", error))
}

/// Removes the temporary files of killed writers from a folder of ours, as [`StateDir::sweep`] does.
pub(crate) fn sweep(folder: &Path) -> usize {
    replace::sweep(folder)
}

/// An error of kind `Disk` for `path`: `what` is the middle of the sentence (`"cannot be written"`), the remedy
/// follows from the system's own error.
pub fn disk_error(path: &Path, what: impl Display, error: io::Error) -> Error {
    let hint = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "Free some space on that disk, then try again",
        io::ErrorKind::PermissionDenied => "Give this user the right to write in that folder, or name another one",
        io::ErrorKind::ReadOnlyFilesystem => "Name a folder on a disk that can be written to",
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "Create the folder, or name another one",
        _ => "Check the disk, then try again",
    };
    Error::new(Kind::Disk, format!("{} {what}", path.display())).hint(hint).because(error)
}

/// An error of kind `Disk` for a file that is there and cannot be read.
pub fn unreadable(path: &Path, error: io::Error) -> Error {
    let is_denied = error.kind() == io::ErrorKind::PermissionDenied;
    let error = disk_error(path, "cannot be read", error);
    if is_denied { error.hint("Give this user the right to read that file and to enter its folder") } else { error }
}

/// `folder` without links, as far as it is there: one that has vanished keeps the name that it had.
pub fn real_folder(folder: &Path) -> PathBuf {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let there = whole.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    let Some((above, real)) = there else { return whole };
    // An empty rest would add a separator.
    match whole.strip_prefix(above) {
        Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
        _ => real,
    }
}

/// The file that `path` leads to, without links, as far as it is there: also the one that a link which leads nowhere would
/// make. A name that is no link stays as it is written, on systems that do not tell capitals apart too.
pub fn real_file(path: &Path) -> PathBuf {
    let mut real = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(to) = real.read_link() else { break };
        real = real_folder(folder_of(&real)).join(to);
    }
    real_folder(folder_of(&real)).join(real.file_name().unwrap_or_default())
}

/// The folder that holds `path`; the working directory for a bare name.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
