//! Replacing a file so that it is always the old one or the new one, never cut; and creating one that must be new.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{FileSystem, System, disk_error, folder_of};
use crate::error::{Error, Kind, Result};

/// Waits between attempts while another program holds the file open: one second together, so that a cancelled run
/// still ends within two.
const RETRY_AFTER_MS: [u64; 7] = [10, 20, 40, 80, 160, 320, 370];

/// A temporary file of this age belongs to nobody alive: the whole replacement takes milliseconds.
const STRAY_AGE: Duration = Duration::from_secs(60);

/// The files of ours that are replaced whole: nothing else is swept.
const OURS: [&str; 5] = [
    super::StateDir::MARK_FILE,
    super::StateDir::HISTORY_FILE,
    "profiles.json",
    "profiles.last-good.json",
    "settings.json",
];

/// Hex digits that make the name of a temporary file its own.
const TAG_DIGITS: usize = 16;

/// Replaces `path` by a file with `bytes` that only its owner can read, or creates it.
///
/// Ok = the new file is durable under its name. Err = the old one is untouched. A reader sees one or the other, whole.
/// A symbolic link is refused: settings and secrets stay where they were put.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<()> {
    replace_file_in(&System, path, bytes)
}

/// [`replace_file`] on a given file system.
pub fn replace_file_in(fs: &dyn FileSystem, path: &Path, bytes: &[u8]) -> Result<()> {
    if fs.link(path).map_err(|e| disk_error(path, "cannot be looked at", e))?.is_some() {
        return Err(Error::new(Kind::Disk, format!("{} is a symbolic link and is not replaced", path.display()))
            .hint("Remove the link, or name the file that it leads to"));
    }
    replace(fs, path, bytes, None)
}

/// Like [`replace_file`], for files that a person may have placed elsewhere, such as the mark file: the file that a
/// symbolic link leads to is replaced and the link stays. The new file takes over mode and owner of the old one, as
/// far as the system lets us, so that whoever could read it still can; where none was, it belongs to its folder's owner.
///
/// A link that leads nowhere is refused, and so is one that somebody else than the owner of its folder made: where
/// everybody may write, it would let them choose the file that we overwrite.
pub fn replace_through_link(path: &Path, bytes: &[u8]) -> Result<()> {
    replace_through_link_in(&System, path, bytes)
}

/// [`replace_through_link`] on a given file system.
pub fn replace_through_link_in(fs: &dyn FileSystem, path: &Path, bytes: &[u8]) -> Result<()> {
    let target = follow_own_link(fs, path)?;
    replace(fs, &target, bytes, Some(&target))
}

/// `path`, or the file that it leads to if it is a link made by the owner of its folder; any other link is refused.
pub(crate) fn follow_own_link(fs: &dyn FileSystem, path: &Path) -> Result<PathBuf> {
    let refused = |why: &str| {
        Error::new(Kind::Disk, format!("{} is a symbolic link {why}", path.display()))
            .hint("Remove the link, or make it lead to a file of yours")
    };
    match fs.link(path).map_err(|e| disk_error(path, "cannot be looked at", e))? {
        None => Ok(path.to_owned()),
        Some(link) if !link.trusted => Err(refused("that somebody else made")),
        Some(link) => link.target.ok_or_else(|| refused("that leads nowhere")),
    }
}

/// Creates `path`, which must not exist, with `bytes`, readable by its owner alone and durable.
///
/// Anything of that name, also a dangling link, is left as it is and is an error of kind `Configuration` without a
/// remedy: the caller knows what the file is for.
pub fn create_private_file(path: &Path, bytes: &[u8]) -> Result<()> {
    create_private_file_in(&System, path, bytes)
}

/// [`create_private_file`] on a given file system.
pub fn create_private_file_in(fs: &dyn FileSystem, path: &Path, bytes: &[u8]) -> Result<()> {
    fs.write_new(path, bytes, None).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::new(Kind::Configuration, format!("{} exists already", path.display())).because(error)
        }
        _ => disk_error(path, "cannot be created", error),
    })?;
    fs.sync_dir(folder_of(path)).map_err(|e| disk_error(path, "cannot be made durable", e))
}

fn replace(fs: &dyn FileSystem, path: &Path, bytes: &[u8], like: Option<&Path>) -> Result<()> {
    let Some(name) = path.file_name() else {
        return Err(Error::new(Kind::Configuration, format!("{} does not name a file", path.display()))
            .hint("Add the name of a file"));
    };
    // Beside the file, because a rename does not cross disks.
    let temporary = folder_of(path).join(temporary_name(name));
    fs.write_new(&temporary, bytes, like).map_err(|e| disk_error(path, "cannot be written", e))?;
    if let Err(error) = rename_patiently(fs, &temporary, path) {
        // The rename's error is the one to tell; a stray file is swept later.
        let _ = fs.remove(&temporary);
        return Err(error);
    }
    fs.sync_dir(folder_of(path)).map_err(|e| disk_error(path, "cannot be made durable", e))
}

pub(super) fn rename_patiently(fs: &dyn FileSystem, from: &Path, to: &Path) -> Result<()> {
    for wait_ms in RETRY_AFTER_MS {
        match fs.rename(from, to) {
            Err(error) if fs.held_open(&error) => fs.pause(Duration::from_millis(wait_ms)),
            other => return other.map_err(|e| disk_error(to, "cannot be replaced", e)),
        }
    }
    fs.rename(from, to).map_err(|error| {
        if fs.held_open(&error) {
            Error::new(Kind::Disk, format!("{} is held open by another program and cannot be replaced", to.display()))
                .hint("Close the program that shows or scans that file, then try again")
                .because(error)
        } else {
            disk_error(to, "cannot be replaced", error)
        }
    })
}

/// `.NAME.0123456789abcdef.tmp`: its own, so that two writers at once never see each other's half-written file.
pub(super) fn temporary_name(name: &OsStr) -> OsString {
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{:0width$x}.tmp", rand::random::<u64>(), width = TAG_DIGITS));
    temporary
}

fn is_temporary_name(name: &OsStr) -> bool {
    let Some(rest) = name.to_str().and_then(|n| n.strip_prefix('.')).and_then(|n| n.strip_suffix(".tmp")) else {
        return false;
    };
    // Only the files that belong into a state folder: another program's temporary file is none of our business.
    rest.rsplit_once('.').is_some_and(|(name, tag)| {
        OURS.contains(&name) && tag.len() == TAG_DIGITS && tag.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

/// Removes the temporary files that killed runs left in a state folder; how many went.
pub(super) fn sweep(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let now = SystemTime::now();
    let strays = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let written = entry.metadata().ok()?.modified().ok()?;
        let old = now.duration_since(written).is_ok_and(|age| age >= STRAY_AGE);
        (old && is_temporary_name(&entry.file_name())).then(|| entry.path())
    });
    let strays: Vec<PathBuf> = strays.collect();
    strays.iter().filter(|path| System.remove(path).is_ok()).count()
}
