//! `profiles.json`: every profile of this user in one readable file, in their order.
//!
//! Each change reads, changes and replaces the file under a lock, so that two programs lose nothing of each other's; a
//! reader sees the old file or the new one, whole. The last good one is kept beside it. A file broken by hand is set
//! aside, never written over, and the last good one takes its place.

mod format;

#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use self::format::Unreadable;
use super::stored::{StoredProfile, is_same_name};
use crate::error::{Error, Kind, Result};
use crate::paths::{self, AppDirs, FileIdentity, FileSystem, System, disk_error, unreadable};
use crate::run_lock::lock_briefly;

/// A change takes milliseconds; whoever holds the lock longer hangs.
const LOCK_LIMIT: Duration = Duration::from_secs(5);

/// A reader that only wants to keep a copy leaves it to the next one.
const KEEP_LIMIT: Duration = Duration::from_millis(100);

/// The file.
pub const FILE: &str = "profiles.json";
/// The last one that could be read.
pub const LAST_GOOD_FILE: &str = "profiles.last-good.json";
/// Held while the file is changed.
const LOCK_FILE: &str = ".profiles.lock";

/// The profiles of this user, on disk. Cheap to make; holds nothing open.
#[derive(Clone)]
pub struct ProfileStore {
    fs: Arc<dyn FileSystem>,
    folder: PathBuf,
    /// Locks are the system's own also where the file system is a stand-in.
    lock: PathBuf,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// In their order.
    pub profiles: Vec<StoredProfile>,
    /// What a person should be told once.
    pub problems: Vec<Problem>,
    /// Which file this was, for [`ProfileStore::changed_since`].
    pub stamp: Stamp,
}

impl Loaded {
    /// The profile with this name, in any case, or this id.
    ///
    /// # Errors
    /// There is none; the names there are are listed.
    pub fn find(&self, name: &str) -> Result<&StoredProfile> {
        let found = self.profiles.iter().find(|profile| is_same_name(&profile.name, name));
        found.or_else(|| self.profiles.iter().find(|profile| profile.id == name)).ok_or_else(|| {
            let names: Vec<&str> = self.profiles.iter().map(|profile| profile.name.as_str()).collect();
            let hint = if names.is_empty() {
                "There is none yet; `profiles add` makes one".to_owned()
            } else {
                format!("Use one of: {}", names.join(", "))
            };
            Error::new(Kind::Configuration, format!("there is no profile named {}", super::text::shown(name)))
                .hint(hint)
        })
    }
}

/// Something about the file that a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What happened, in one sentence.
    pub text: String,
    /// The remedy.
    pub hint: String,
}

/// Which state of the file was seen: another one has another stamp.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamp(Option<(FileIdentity, u64, Option<SystemTime>)>);

impl Stamp {
    fn of(path: &Path) -> Self {
        // Neither is wrong if the file is replaced in between: the two then belong to no state, and it is read again.
        let identity = paths::file_identity(path).ok();
        let metadata = std::fs::metadata(path).ok();
        Stamp(identity.zip(metadata).map(|(identity, metadata)| (identity, metadata.len(), metadata.modified().ok())))
    }
}

impl ProfileStore {
    /// The profiles of `dirs`. Nothing is read or created yet.
    pub fn new(dirs: &AppDirs) -> Self {
        let folder = dirs.config().to_owned();
        ProfileStore { fs: Arc::new(System), lock: folder.join(LOCK_FILE), folder }
    }

    /// The file.
    pub fn file(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Reads all profiles. A file that is broken or gone is replaced by the last good one, and a problem says so.
    ///
    /// # Errors
    /// The file is of a newer version of this program, or cannot be read; it stays as it is.
    pub fn load(&self) -> Result<Loaded> {
        // Taken before reading: a change while we read is then seen as one.
        let stamp = Stamp::of(&self.file());
        let bytes = self.bytes(FILE)?;
        match bytes.as_deref().map(format::read) {
            Some(Ok(profiles)) => {
                self.keep(bytes.as_deref().unwrap_or_default());
                Ok(Loaded { profiles, problems: Vec::new(), stamp })
            }
            Some(Err(Unreadable::Newer(version))) => Err(self.newer(version)),
            None if self.bytes(LAST_GOOD_FILE)?.is_none() => Ok(Loaded { stamp, ..Loaded::default() }),
            None | Some(Err(Unreadable::Broken(_))) => {
                let _lock = self.locked()?;
                let (profiles, problems) = self.read_or_mend()?;
                Ok(Loaded { profiles, problems, stamp: Stamp::of(&self.file()) })
            }
        }
    }

    /// Has the file changed since? Looks at its name alone and opens nothing, so it can be asked each second.
    pub fn changed_since(&self, stamp: &Stamp) -> bool {
        Stamp::of(&self.file()) != *stamp
    }

    /// Adds a profile at the end.
    ///
    /// # Errors
    /// Another one has its name (field `name`) or its id.
    pub fn add(&self, profile: StoredProfile) -> Result<()> {
        profile.check_shape()?;
        self.write(|profiles| {
            if profiles.iter().any(|other| other.id == profile.id) {
                return Err(Error::new(Kind::Configuration, "a profile with this id is there already")
                    .hint("Change that one instead"));
            }
            profiles.push(profile);
            Ok(())
        })
    }

    /// Puts `profile` in the place of the one with its id.
    pub fn replace(&self, profile: StoredProfile) -> Result<()> {
        let id = profile.id.clone();
        self.change(&id, move |old| *old = profile)
    }

    /// Changes the profile with this id as it is now, whoever else has changed it meanwhile. Its id stays.
    ///
    /// # Errors
    /// It was removed; the new name is taken. Nothing has changed then.
    pub fn change(&self, id: &str, change: impl FnOnce(&mut StoredProfile)) -> Result<()> {
        self.try_change(id, |profile| {
            change(profile);
            Ok(())
        })
    }

    /// The same for a change that may be refused, seeing how the profile is now.
    ///
    /// # Errors
    /// Those of [`ProfileStore::change`], and that of `change`. Nothing has changed then.
    pub fn try_change(&self, id: &str, change: impl FnOnce(&mut StoredProfile) -> Result<()>) -> Result<()> {
        self.write(|profiles| {
            let profile = profiles.iter_mut().find(|profile| profile.id == id).ok_or_else(gone)?;
            change(profile)?;
            id.clone_into(&mut profile.id);
            profile.check_shape()
        })
    }

    /// Changes every profile that is there now. Their ids stay.
    ///
    /// # Errors
    /// The file cannot be read or written; nothing has changed then.
    pub fn change_all(&self, change: impl Fn(&mut StoredProfile)) -> Result<()> {
        self.write(|profiles| {
            profiles.iter_mut().try_for_each(|profile| {
                let id = profile.id.clone();
                change(profile);
                profile.id = id;
                profile.check_shape()
            })
        })
    }

    /// Takes the profile with this id out of the file and gives it; its secret, its database and its state stay.
    pub fn remove(&self, id: &str) -> Result<StoredProfile> {
        let mut removed = None;
        self.write(|profiles| {
            let at = profiles.iter().position(|profile| profile.id == id).ok_or_else(gone)?;
            removed = Some(profiles.remove(at));
            Ok(())
        })?;
        removed.ok_or_else(gone)
    }

    /// Reads, changes, writes, under the lock.
    fn write(&self, change: impl FnOnce(&mut Vec<StoredProfile>) -> Result<()>) -> Result<()> {
        paths::private_folder(paths::folder_of(&self.lock))?;
        let _lock = self.locked()?;
        paths::sweep(&self.folder);
        let (mut profiles, problems) = self.read_or_mend()?;
        for problem in problems {
            log::warn!("{}. {}", problem.text, problem.hint);
        }
        change(&mut profiles)?;
        format::check(&profiles)?;
        let bytes = format::write(&profiles)?;
        paths::replace_file_in(&*self.fs, &self.file(), &bytes)?;
        self.keep_under_lock(&bytes);
        Ok(())
    }

    /// The profiles of the file or, where it is broken or gone, of the last good one, which takes its place. Under the
    /// lock.
    fn read_or_mend(&self) -> Result<(Vec<StoredProfile>, Vec<Problem>)> {
        let broken = match self.bytes(FILE)?.as_deref().map(format::read) {
            Some(Ok(profiles)) => return Ok((profiles, Vec::new())),
            Some(Err(Unreadable::Newer(version))) => return Err(self.newer(version)),
            Some(Err(Unreadable::Broken(why))) => Some(why),
            None => None,
        };
        let kept = self.bytes(LAST_GOOD_FILE)?;
        let good = match kept.as_deref().map(format::read) {
            Some(Ok(profiles)) => Some(profiles),
            Some(Err(Unreadable::Newer(version))) => return Err(self.newer(version)),
            Some(Err(Unreadable::Broken(_))) | None => None,
        };
        let mut text = match &broken {
            Some(why) => format!("{} {why}", self.file().display()),
            None if good.is_none() => return Ok((Vec::new(), Vec::new())),
            None => format!("{} was gone", self.file().display()),
        };
        let mut hint = "Look through the profiles".to_owned();
        if broken.is_some() {
            let aside = self.set_aside()?;
            text.push_str(&format!("; it was set aside as {}", aside.display()));
            hint = format!("Correct {} and name it {FILE} again, or go on with what is there", aside.display());
        }
        match (&good, kept) {
            (Some(_), Some(bytes)) => {
                paths::replace_file_in(&*self.fs, &self.file(), &bytes)?;
                text.push_str(", and the last good one is used");
            }
            _ => text.push_str(", and there is no earlier one"),
        }
        Ok((good.unwrap_or_default(), vec![Problem { text, hint }]))
    }

    /// Gives the broken file a name of its own.
    fn set_aside(&self) -> Result<PathBuf> {
        let now = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let named = |n: u32| {
            let number = if n == 0 { String::new() } else { format!("-{n}") };
            self.folder.join(format!("profiles.broken-{now}{number}.json"))
        };
        // An earlier one stays: it may be the only copy of somebody's work.
        let aside = (0..1000).map(named).find(|path| self.fs.identity(path).is_err()).unwrap_or_else(|| named(1000));
        self.fs.rename(&self.file(), &aside).map_err(|error| disk_error(&self.file(), "cannot be set aside", error))?;
        Ok(aside)
    }

    /// Keeps what was just read as the last good one; no failure if that cannot be, say in a folder that is read-only.
    fn keep(&self, bytes: &[u8]) {
        if self.fs.read(&self.folder.join(LAST_GOOD_FILE)).is_ok_and(|kept| kept == bytes) {
            return;
        }
        // Another program may have changed the file since; it keeps its own then.
        if let Some(_lock) = lock_briefly(&self.lock, KEEP_LIMIT)
            && self.fs.read(&self.file()).is_ok_and(|now| now == bytes)
        {
            self.keep_under_lock(bytes);
        }
    }

    fn keep_under_lock(&self, bytes: &[u8]) {
        if let Err(error) = paths::replace_file_in(&*self.fs, &self.folder.join(LAST_GOOD_FILE), bytes) {
            log::debug!("the last good profiles cannot be kept: {error}");
        }
    }

    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let path = self.folder.join(name);
        if self.fs.link(&path).is_ok_and(|link| link.is_some_and(|link| !link.trusted)) {
            return Err(Error::new(
                Kind::Disk,
                format!("{} is a symbolic link that somebody else made", path.display()),
            )
            .hint("Remove the link"));
        }
        match self.fs.read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(unreadable(&path, error)),
        }
    }

    fn locked(&self) -> Result<std::fs::File> {
        lock_briefly(&self.lock, LOCK_LIMIT).ok_or_else(|| {
            Error::new(Kind::Disk, format!("the profiles in {} cannot be locked for a change", self.folder.display()))
                .hint("Give this user the right to write there, or end the program that hangs while changing them")
        })
    }

    fn newer(&self, version: u64) -> Error {
        let message = format!("{} has version {version}, which a newer Execute Sync wrote", self.file().display());
        Error::new(Kind::Configuration, message).hint("Use the newer program; the file stays as it is")
    }
}

fn gone() -> Error {
    Error::new(Kind::Configuration, "this profile does not exist any more").hint("Look through the profiles again")
}
