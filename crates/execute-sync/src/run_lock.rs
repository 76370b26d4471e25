//! The lock that keeps two runs of this machine from one destination. A courtesy: it ends the second run early with a
//! clear message. What makes two writers safe, here or on two machines, is the fence in the destination.

#[cfg(test)]
mod tests;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Kind, Result};
use crate::paths::{self, StateDir, disk_error, is_named};

/// A lock that is held is tried again so often: its holder may be ending, or somebody only looking (`holder`).
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(20);

/// Of a holder's note nothing longer is read; it is ours and has some fifty bytes.
const NOTE_LIMIT_BYTES: u64 = 1024;

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process id, on the machine or in the container where it runs.
    pub pid: u32,
    /// Since when, UTC.
    pub started: String,
}

/// Held from [`RunLock::acquire`] until it is dropped or its process is gone, however that ended.
///
/// The file stays. If it were removed, a second run could open it just before and lock what has no name any more,
/// while a third makes a new file of that name and locks that: both would run.
#[derive(Debug)]
pub struct RunLock {
    file: File,
    path: PathBuf,
    locked: bool,
}

impl RunLock {
    /// Takes the lock of `target` in the state folder `dir`. `target` names a destination; only its hash is written.
    ///
    /// Held elsewhere, also in this very process: error of kind `AlreadyRunning` that names the holder, if it can be
    /// read. A folder that cannot be written to: `Disk`; one that is not there: `Configuration`; both at `STATE_DIR`.
    /// On a file system without locks the run goes on with a warning, guarded by the fence alone.
    pub fn acquire(dir: &Path, target: &str) -> Result<RunLock> {
        let path = lock_path(dir, target);
        let mut file = open_or_create(&path).map_err(|error| cannot_open(dir, &path, error))?;
        let locked = match try_lock(&file) {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => return Err(already_running(read_note(&mut file))),
            Err(TryLockError::Error(error)) => {
                log::warn!(
                    "The folder {} cannot hold locks ({error}): make sure that only one run at a time uses it",
                    dir.display()
                );
                false
            }
        };
        let holder = Holder { pid: std::process::id(), started: now() };
        // The note is for a message only; on a full disk, or with another user's file, the lock holds without it.
        let _ = write_note(&mut file, &serde_json::to_vec(&holder).unwrap_or_default());
        Ok(RunLock { file, path, locked })
    }

    /// Who holds the lock of `target`, if somebody does: `Some(None)` when the holder cannot be read. Creates nothing.
    pub fn holder(dir: &Path, target: &str) -> Option<Option<Holder>> {
        let mut file = File::open(lock_path(dir, target)).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Some(read_note(&mut file).ok()),
            // Released when the file is closed; a run that starts this instant tries again.
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }

    /// The file of the lock.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        if self.locked {
            // No note of a holder that is gone; then the lock itself. Closing the file would release it anyway.
            let _ = write_note(&mut self.file, b"");
            let _ = self.file.unlock();
        }
    }
}

/// Locks `path`, which is created if need be, or gives up after `limit`: for the short moments in which a file that
/// several processes write is changed. Released when the file is closed.
pub(crate) fn lock_briefly(path: &Path, limit: Duration) -> Option<File> {
    let file = open_or_create(path).ok()?;
    let mut waited = Duration::ZERO;
    loop {
        match file.try_lock() {
            Ok(()) => return Some(file),
            Err(TryLockError::WouldBlock) if waited < limit => {
                std::thread::sleep(PAUSE);
                waited += PAUSE;
            }
            Err(_) => return None,
        }
    }
}

fn lock_path(dir: &Path, target: &str) -> PathBuf {
    let digest = Sha256::digest(target.as_bytes());
    let key: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    StateDir::new(dir).run_lock_file(&key)
}

/// Readable by all, unlike our other files: it holds no secret, and whoever may enter the folder must be able to find
/// the lock taken. A file of another user that cannot be written to can still be locked.
fn open_or_create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o644);
    let file = match paths::open_or_create(path, &options, None) {
        Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => {
            File::open(path).map_err(|_| error)?
        }
        other => other?,
    };
    // The note is about to replace what the file holds: a link could lead to anything.
    if !is_named(&file, path)? {
        return Err(io::Error::other("it is a symbolic link, or was replaced this instant"));
    }
    Ok(file)
}

fn try_lock(file: &File) -> std::result::Result<(), TryLockError> {
    for _ in 1..ATTEMPTS {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            other => return other,
        }
    }
    file.try_lock()
}

fn write_note(file: &mut File, note: &[u8]) -> io::Result<()> {
    use std::io::{Seek, SeekFrom};
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(note)
}

/// Windows refuses to read what another process has locked: then there is no note.
fn read_note(file: &mut File) -> io::Result<Holder> {
    let mut note = Vec::new();
    file.take(NOTE_LIMIT_BYTES).read_to_end(&mut note)?;
    Ok(serde_json::from_slice(&note)?)
}

fn already_running(holder: io::Result<Holder>) -> Error {
    let message = match &holder {
        Ok(Holder { pid, started }) => {
            format!("Another run holds this database: process {pid}, since {}", crate::secret::printable(started))
        }
        Err(_) => "Another run holds this database".to_owned(),
    };
    Error::new(Kind::AlreadyRunning, message).hint("Wait until it has ended, or stop it")
}

fn cannot_open(dir: &Path, path: &Path, error: io::Error) -> Error {
    if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
        return Error::new(Kind::Configuration, format!("The state folder {} does not exist", dir.display()))
            .hint("Create it, or name another one in EXECUTESYNC_STATE_DIR")
            .field("STATE_DIR")
            .because(error);
    }
    disk_error(path, "cannot be used as a lock", error).field("STATE_DIR")
}

fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
