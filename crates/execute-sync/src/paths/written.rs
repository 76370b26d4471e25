//! A file that is written bit by bit and replaces another only when it is whole.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::replace::{follow_own_link, rename_patiently, temporary_name};
use super::{FileSystem, System, disk_error, file_system, folder_of};
use crate::error::{Error, Kind, Result};

/// Bytes are handed to the system in pieces of this size.
const BUFFER_BYTES: usize = 128 * 1024;

/// A file on its way, of those that a person puts where they like and others may read: under a temporary name beside its own until [`Written::finish`]. Dropped before that, it is gone and
/// what was there stays.
pub(crate) struct Written {
    target: PathBuf,
    temporary: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Written {
    /// Begins a file that will be `path`, or what a link of the folder's owner leads to.
    pub(crate) fn create(path: &Path) -> Result<Written> {
        let target = follow_own_link(&System, path)?;
        let Some(name) = target.file_name().filter(|_| !target.is_dir()) else {
            return Err(Error::new(Kind::Configuration, format!("{} does not name a file", path.display()))
                .hint("Add the name of a file"));
        };
        let temporary = folder_of(&target).join(temporary_name(name));
        let file =
            file_system::create_new(&temporary, &target).map_err(|e| disk_error(&target, "cannot be written", e))?;
        Ok(Written { target, temporary, file: Some(BufWriter::with_capacity(BUFFER_BYTES, file)) })
    }

    /// Adds bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let outcome = match &mut self.file {
            Some(file) => file.write_all(bytes),
            None => Err(io::Error::other("the file is finished")),
        };
        outcome.map_err(|e| disk_error(&self.target, "cannot be written", e))
    }

    /// Puts it in place, durable; gives where it lies.
    pub(crate) fn finish(mut self) -> Result<PathBuf> {
        let fail = |e| disk_error(&self.target, "cannot be written", e);
        if let Some(file) = self.file.take() {
            let outcome = file.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| file.sync_all());
            if let Err(error) = outcome {
                let error = fail(error);
                self.remove();
                return Err(error);
            }
        }
        if let Err(error) = rename_patiently(&System, &self.temporary, &self.target) {
            self.remove();
            return Err(error);
        }
        System.sync_dir(folder_of(&self.target)).map_err(fail)?;
        Ok(self.target.clone())
    }

    fn remove(&self) {
        // What was to be told is told already; a stray temporary file harms nobody.
        let _ = System.remove(&self.temporary);
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            // Closed before it goes: Windows removes no open file. What is still buffered is not wanted.
            drop(file.into_parts());
            self.remove();
        }
    }
}
