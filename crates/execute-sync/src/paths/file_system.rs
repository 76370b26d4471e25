//! What we ask of the operating system's files, small enough to be faked, and the real thing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::owner::{open_or_create, take_after, take_after_or_folder};

/// What we ask of the operating system's files.
///
/// Errors are the system's own. Paths are used as they are given.
pub trait FileSystem: Send + Sync {
    /// The whole file, through links.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The last bytes of the file, at most `most`, through links; and whether that is all there is.
    fn read_end(&self, path: &Path, most: u64) -> io::Result<(Vec<u8>, bool)>;

    /// Opens `path` for appending, through links; a new file is readable by its owner alone, who is its folder's, or has
    /// the mode and owner of the file `like`; both as far as the system lets us.
    /// Each `write` call lands whole at the end of the file, whoever else appends.
    fn open_append(&self, path: &Path, like: Option<&Path>) -> io::Result<Opened>;

    /// Creates `path` with `bytes`, durably. Fails with `AlreadyExists` on anything of that name, also a dangling link.
    /// Readable by its owner alone, or with the mode and owner of the file `like` as far as the system lets us; if that is
    /// not there, with the owner of its folder.
    /// After an error the file is not there.
    fn write_new(&self, path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()>;

    /// Gives `from` the name `to` in one step, replacing the file or link that had it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file or a link.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a folder durable.
    fn sync_dir(&self, folder: &Path) -> io::Result<()>;

    /// Where `path` leads if it is a symbolic link; none for a file and for nothing at all.
    fn link(&self, path: &Path) -> io::Result<Option<Link>>;

    /// Which file `path` is now, through links, without opening it.
    fn identity(&self, path: &Path) -> io::Result<FileIdentity>;

    /// Does this error say that another program holds the file open, and that trying again may help?
    fn held_open(&self, error: &io::Error) -> bool;

    /// Are `A.txt` and `a.txt` the same file here?
    fn ignores_case(&self) -> bool;

    /// Waits before something is tried again.
    fn pause(&self, time: Duration);
}

/// A file opened for appending.
pub struct Opened {
    /// Where to write; dropped, it is closed.
    pub writer: Box<dyn Write + Send>,
    /// The bytes that were there already.
    pub size_bytes: u64,
    /// Which file this is.
    pub identity: FileIdentity,
    /// False for a device or a pipe, which can be neither measured nor renamed.
    pub regular: bool,
}

/// A symbolic link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The file it leads to in the end; none when that does not exist.
    pub target: Option<PathBuf>,
    /// Did the owner of the folder make it? Where everybody may write (`/tmp`), somebody else's link is a trap.
    pub trusted: bool,
}

/// Which file a name stands for: two equal identities are one file, as long as one of the two is still open.
/// (A system may hand out the number of a file again once that file is gone and closed.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileIdentity {
    volume: u64,
    index: u64,
}

impl FileIdentity {
    /// From the numbers that the system gives.
    pub fn new(volume: u64, index: u64) -> Self {
        FileIdentity { volume, index }
    }
}

/// Which file `path` is now, through links: to notice that a database was replaced while it was open.
///
/// On Unix the file is not opened, on purpose: closing any handle of a file drops SQLite's locks on it.
pub fn file_identity(path: &Path) -> io::Result<FileIdentity> {
    System.identity(path)
}

/// Creates a file that must not exist, for whoever this user's new files are for; it takes over mode and owner of `like` if
/// that is there, as far as the system lets us.
pub(super) fn create_new(path: &Path, like: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).open(path)?;
    if like.exists() {
        take_after(&file, like);
    }
    Ok(file)
}

/// Creates one folder that only its owner can enter.
pub(super) fn create_private_dir(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(false);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Creates a folder that only its owner can enter, and those above it that are missing.
pub(super) fn create_private_dirs(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The file is there, and this user may not write it. Nothing is opened: closing it again would take this process's locks.
pub(crate) fn is_there_unwritable(path: &Path) -> bool {
    #[cfg(unix)]
    {
        path.exists() && rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_err()
    }
    #[cfg(not(unix))]
    {
        path.metadata().is_ok_and(|metadata| metadata.permissions().readonly())
    }
}

/// Reads a file that must be readable by its owner alone, who must be us; gives the reason if it may not be used.
/// A file that is not there is an error of the system; a link is refused.
pub(crate) fn read_private(path: &Path, longest: u64) -> io::Result<std::result::Result<Vec<u8>, &'static str>> {
    let file = File::open(path)?;
    if !is_named(&file, path)? {
        return Ok(Err("is a symbolic link"));
    }
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Ok(Err("is not a file"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if metadata.uid() != rustix::process::geteuid().as_raw() {
            return Ok(Err("belongs to another user"));
        }
        if metadata.mode() & 0o077 != 0 {
            return Ok(Err("can be read by other users"));
        }
    }
    if metadata.len() > longest {
        return Ok(Err("is far too large for a secret"));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    file.take(longest).read_to_end(&mut bytes)?;
    Ok(Ok(bytes))
}

/// The operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl FileSystem for System {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn read_end(&self, path: &Path, most: u64) -> io::Result<(Vec<u8>, bool)> {
        let mut file = File::open(path)?;
        let from = file.metadata()?.len().saturating_sub(most);
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok((bytes, from == 0))
    }

    fn open_append(&self, path: &Path, like: Option<&Path>) -> io::Result<Opened> {
        let file = open_or_create(path, private(OpenOptions::new().append(true)), like)?;
        let metadata = file.metadata()?;
        let identity = identity_of(&file)?;
        Ok(Opened { size_bytes: metadata.len(), identity, regular: metadata.is_file(), writer: Box::new(file) })
    }

    fn write_new(&self, path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()> {
        let mut file = private(OpenOptions::new().write(true).create_new(true)).open(path)?;
        let written = file.write_all(bytes).and_then(|()| {
            if let Some(like) = like {
                take_after_or_folder(&file, path, like);
            }
            file.sync_all()
        });
        if written.is_err() {
            drop(file);
            // The write error is the one to tell.
            let _ = fs::remove_file(path);
        }
        written
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    #[cfg(unix)]
    fn sync_dir(&self, folder: &Path) -> io::Result<()> {
        match File::open(folder)?.sync_all() {
            // Some network and FUSE file systems cannot; there the rename is as durable as it gets.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
            other => other,
        }
    }

    #[cfg(not(unix))]
    fn sync_dir(&self, _folder: &Path) -> io::Result<()> {
        // A folder cannot be opened as a file; NTFS journals the rename itself.
        Ok(())
    }

    fn link(&self, path: &Path) -> io::Result<Option<Link>> {
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.file_type().is_symlink() => metadata,
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let target = match fs::canonicalize(path) {
            Ok(target) => Some(target),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        Ok(Some(Link { target, trusted: made_by_owner_of_folder(path, &metadata)? }))
    }

    #[cfg(unix)]
    fn identity(&self, path: &Path) -> io::Result<FileIdentity> {
        use std::os::unix::fs::MetadataExt;
        let metadata = fs::metadata(path)?;
        Ok(FileIdentity::new(metadata.dev(), metadata.ino()))
    }

    #[cfg(windows)]
    fn identity(&self, path: &Path) -> io::Result<FileIdentity> {
        // Opened for its attributes alone, which needs no right to read and disturbs nobody's lock.
        let handle = winapi_util::Handle::from_path_any(path)?;
        let information = winapi_util::file::information(&handle)?;
        Ok(FileIdentity::new(information.volume_serial_number(), information.file_index()))
    }

    #[cfg(unix)]
    fn held_open(&self, _error: &io::Error) -> bool {
        false
    }

    #[cfg(not(unix))]
    fn held_open(&self, error: &io::Error) -> bool {
        // ERROR_ACCESS_DENIED (what a rename over an open file gets), ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION.
        matches!(error.raw_os_error(), Some(5 | 32 | 33))
    }

    fn ignores_case(&self) -> bool {
        cfg!(any(windows, target_os = "macos"))
    }

    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// Is `file` what `path` itself names, not through a link? False when somebody put a link there, or another file.
#[cfg(unix)]
pub(crate) fn is_named(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let named = fs::symlink_metadata(path)?;
    Ok(identity_of(file)? == FileIdentity::new(named.dev(), named.ino()))
}

/// Is `file` what `path` itself names, not through a link? False when somebody put a link there, or another file.
#[cfg(windows)]
pub(crate) fn is_named(file: &File, path: &Path) -> io::Result<bool> {
    Ok(!fs::symlink_metadata(path)?.is_symlink() && identity_of(file)? == System.identity(path)?)
}

/// New files are readable by their owner alone. (Windows: files inherit the rights of the user's folder.)
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(unix)]
fn identity_of(file: &File) -> io::Result<FileIdentity> {
    use std::os::unix::fs::MetadataExt;
    let metadata = file.metadata()?;
    Ok(FileIdentity::new(metadata.dev(), metadata.ino()))
}

#[cfg(windows)]
fn identity_of(file: &File) -> io::Result<FileIdentity> {
    let information = winapi_util::file::information(file)?;
    Ok(FileIdentity::new(information.volume_serial_number(), information.file_index()))
}

#[cfg(unix)]
fn made_by_owner_of_folder(path: &Path, link: &fs::Metadata) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(fs::metadata(super::folder_of(path))?.uid() == link.uid())
}

#[cfg(not(unix))]
fn made_by_owner_of_folder(_path: &Path, _link: &fs::Metadata) -> io::Result<bool> {
    // Making a link needs a privilege of its own there.
    Ok(true)
}
