//! The log file: opened once, followed when somebody moves it away, renamed when it is full.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, Kind, Result};
use crate::paths::{FileSystem, Opened, folder_of};

pub(super) struct LogFile {
    fs: Arc<dyn FileSystem>,
    path: PathBuf,
    /// None after a failure to open; tried again with the next line.
    open: Option<Opened>,
    limit_bytes: u64,
    /// Where the next rotation is due; moves on when a rotation fails, so that not every line tries again.
    rotate_at_bytes: u64,
    old_files: u32,
    /// A failed write left half a line.
    mid_line: bool,
    /// Trouble is told once.
    told: bool,
}

impl LogFile {
    /// Opens or creates the file, which is then readable by its owner alone. Its folder must exist.
    pub(super) fn open(fs: Arc<dyn FileSystem>, path: PathBuf, limit_bytes: u64, old_files: u32) -> Result<Self> {
        // A link is followed once, so that the file it leads to is renamed and not the link.
        let path = match fs.link(&path) {
            Ok(Some(link)) => link.target.unwrap_or(path),
            _ => path,
        };
        let opened = fs.open_append(&path, None).map_err(|error| {
            let no_folder = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
            let message = if no_folder {
                format!("The folder {} of the log file does not exist", folder_of(&path).display())
            } else {
                format!("The log file {} cannot be opened", path.display())
            };
            Error::new(Kind::Configuration, message)
                .hint(if no_folder {
                    "Create the folder, or name another file in EXECUTESYNC_LOG_FILE"
                } else {
                    "Name a file that this user can write to in EXECUTESYNC_LOG_FILE"
                })
                .field("LOG_FILE")
                .because(error)
        })?;
        Ok(LogFile {
            fs,
            path,
            open: Some(opened),
            limit_bytes,
            rotate_at_bytes: limit_bytes,
            old_files,
            mid_line: false,
            told: false,
        })
    }

    /// Appends a line and its end. Never fails; the first trouble is handed back as a sentence to be said elsewhere.
    pub(super) fn write(&mut self, line: &str) -> Option<String> {
        let mut trouble = self.rotate_if_due(line.len() as u64 + 1).err().map(|e| ("renamed", e));
        if let Err(error) = self.append(line) {
            trouble = Some(("written", error));
        }
        let (what, error) = trouble?;
        if std::mem::replace(&mut self.told, true) {
            return None;
        }
        Some(format!("The log file {} cannot be {what}: {error}; this is said once", self.path.display()))
    }

    fn append(&mut self, line: &str) -> io::Result<()> {
        let text = format!("{}{line}\n", if self.mid_line { "\n" } else { "" });
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            let open = self.current()?;
            match open.writer.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    open.size_bytes += written as u64;
                    rest = &rest[written..];
                    self.mid_line = !rest.is_empty();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The open file, or the one that has its name now: a person or a log rotator may have moved ours away.
    fn current(&mut self) -> io::Result<&mut Opened> {
        let moved = self.open.as_ref().is_none_or(|open| {
            open.regular && self.fs.identity(&self.path).ok().is_none_or(|now| now != open.identity)
        });
        if moved {
            self.open_anew(None)?;
        }
        self.open.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Opens what has the name now; a new file has the mode and owner of `like`.
    fn open_anew(&mut self, like: Option<&Path>) -> io::Result<()> {
        // Closed first: nothing of ours stays open under another name.
        self.open = None;
        self.open = Some(self.fs.open_append(&self.path, like)?);
        self.rotate_at_bytes = self.limit_bytes;
        self.mid_line = false;
        Ok(())
    }

    fn rotate_if_due(&mut self, more_bytes: u64) -> io::Result<()> {
        // Not opened, a failure to be told by `append`; nor is a device or a pipe ever renamed.
        let Ok(Opened { size_bytes, regular: true, .. }) = self.current() else { return Ok(()) };
        let size_bytes = *size_bytes;
        if size_bytes == 0 || size_bytes + more_bytes <= self.rotate_at_bytes {
            return Ok(());
        }
        // Some systems refuse to rename an open file.
        self.open = None;
        let rotated = self.rename_all();
        match rotated {
            // Whoever watches the log goes on reading it. What fails here, `append` tries again and tells.
            Ok(()) => _ = self.open_anew(Some(&numbered(&self.path, 1))),
            Err(_) => {
                self.rotate_at_bytes = size_bytes.saturating_add(self.limit_bytes);
                // Opened again here, because `current` would make the next rotation due at once.
                self.open = self.fs.open_append(&self.path, None).ok();
            }
        }
        rotated
    }

    /// `NAME.4` becomes `NAME.5` and so on, at last `NAME` becomes `NAME.1`. The oldest goes.
    fn rename_all(&self) -> io::Result<()> {
        if self.old_files == 0 {
            return self.fs.remove(&self.path);
        }
        for number in (1..self.old_files).rev() {
            self.rename_if_there(&numbered(&self.path, number), &numbered(&self.path, number + 1))?;
        }
        // Not there: another process of ours was first.
        self.rename_if_there(&self.path, &numbered(&self.path, 1))
    }

    fn rename_if_there(&self, from: &Path, to: &Path) -> io::Result<()> {
        match self.fs.rename(from, to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

pub(super) fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    name.into()
}
