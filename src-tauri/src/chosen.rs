//! What a person chose in the dialogs of the system. The window may name no other paths.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use execute_sync::error::{Error, Kind, Result};
use execute_sync::paths::{check_file_name, folder_of};
use execute_sync::profile::form::{DATABASE_ENDS, PATH};

/// Files that may be named, and folders in which a new file may be.
#[derive(Default)]
pub(crate) struct Chosen {
    files: Mutex<HashSet<PathBuf>>,
    folders: Mutex<HashSet<PathBuf>>,
}

impl Chosen {
    /// A person chose this file.
    pub(crate) fn allow_file(&self, path: &Path) {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    }

    /// A person chose this folder for a new file.
    pub(crate) fn allow_folder(&self, path: &Path) {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    }

    /// May the window name this file for `field`? Only one that was chosen.
    pub(crate) fn check_file(&self, path: &Path, field: &'static str) -> Result<()> {
        if self.files.lock().unwrap_or_else(PoisonError::into_inner).contains(path) {
            return Ok(());
        }
        Err(Error::new(Kind::Configuration, "the file was not chosen in a dialog").hint("Choose it again").field(field))
    }

    /// May the window name this database? One that was chosen; or one that is not there yet, in a folder that was.
    pub(crate) fn check_database(&self, path: &Path) -> Result<()> {
        if self.files.lock().unwrap_or_else(PoisonError::into_inner).contains(path) {
            return Ok(());
        }
        let refused = |what: String, hint: &str| Err(Error::new(Kind::Configuration, what).hint(hint).field(PATH));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !self.folders.lock().unwrap_or_else(PoisonError::into_inner).contains(folder_of(path)) {
            return refused("the database file was not chosen in a dialog".to_owned(), "Choose it again");
        }
        check_file_name(&name).map_err(|error| error.field(PATH))?;
        if !DATABASE_ENDS.iter().any(|end| path.extension().is_some_and(|is| is.eq_ignore_ascii_case(end))) {
            return refused(format!("the name {name} does not end as a SQLite file's does"), "End it in .sqlite");
        }
        if path.exists() {
            return refused(
                format!("{name} is in that folder already"),
                "Give another name; or choose it as an existing file, and it is gone on with",
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_window_names_what_was_chosen_and_new_files_beside_nothing_else() {
        let (chosen, folder) = (Chosen::default(), tempfile::tempdir().unwrap());
        let there = folder.path().join("there.sqlite");
        std::fs::write(&there, "").unwrap();
        let new = folder.path().join("new.sqlite");
        assert!(chosen.check_database(&new).is_err() && chosen.check_database(&there).is_err());

        chosen.allow_folder(folder.path());
        chosen.check_database(&new).unwrap();
        let error = chosen.check_database(&there).unwrap_err();
        assert_eq!((error.at_field(), error.message()), (Some(PATH), "there.sqlite is in that folder already"));
        for wrong in ["new.txt", ".bashrc", "sub/new.sqlite", "../new.sqlite", "..", "nul.sqlite"] {
            assert!(chosen.check_database(&folder.path().join(wrong)).is_err(), "{wrong}");
        }

        chosen.allow_file(&there);
        chosen.check_database(&there).unwrap();
    }
}
