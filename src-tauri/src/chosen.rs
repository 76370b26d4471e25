//! What a person chose in the dialogs of the system. The window may name no other paths. It is kept over a restart, as the
//! form is that was being filled in.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use execute_sync::error::{Error, Kind, Result};
use execute_sync::paths::{AppDirs, check_file_name, folder_of, replace_file};
use execute_sync::profile::form::{DATABASE_ENDS, PATH};
use serde::{Deserialize, Serialize};

/// In the folder of the data.
const FILE: &str = "chosen.json";

/// So many of each are kept, the last ones: more than any form names.
const KEPT: usize = 20;

/// What was chosen, as it is in the file.
pub(crate) struct Chosen {
    file: PathBuf,
    paths: Mutex<Paths>,
}

/// Files that may be named, and folders in which a new file may be; the oldest first.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Paths {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Chosen {
    /// With what was chosen before a restart. What cannot be read counts as nothing: it can be chosen again.
    pub(crate) fn open(dirs: &AppDirs) -> Self {
        let file = dirs.data().join(FILE);
        let paths = std::fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Chosen { file, paths: Mutex::new(paths.unwrap_or_default()) }
    }

    /// A person chose this file.
    pub(crate) fn allow_file(&self, path: &Path) {
        self.keep(path, |paths| &mut paths.files);
    }

    /// A person chose this folder for a new file.
    pub(crate) fn allow_folder(&self, path: &Path) {
        self.keep(path, |paths| &mut paths.folders);
    }

    fn keep(&self, path: &Path, list: impl FnOnce(&mut Paths) -> &mut Vec<PathBuf>) {
        if path.to_str().is_none() {
            // The window names paths by their text: one that has none it cannot name.
            return;
        }
        let mut paths = self.paths();
        let list = list(&mut paths);
        list.retain(|known| known != path);
        list.push(path.to_owned());
        list.drain(..list.len().saturating_sub(KEPT));
        let now = paths.clone();
        drop(paths);
        let written = serde_json::to_vec_pretty(&now)
            .map_err(|e| Error::new(Kind::Internal, format!("{} cannot be written", self.file.display())).because(e));
        if let Err(error) = written.and_then(|text| replace_file(&self.file, &text)) {
            log::warn!("What was chosen has to be chosen again after a restart: {error}");
        }
    }

    fn paths(&self) -> MutexGuard<'_, Paths> {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_file(&self, path: &Path) -> bool {
        self.paths().files.iter().any(|chosen| chosen == path)
    }

    /// May the window name this file for `field`? Only one that was chosen.
    pub(crate) fn check_file(&self, path: &Path, field: &'static str) -> Result<()> {
        if self.has_file(path) {
            return Ok(());
        }
        Err(Error::new(Kind::Configuration, "the file was not chosen in a dialog").hint("Choose it again").field(field))
    }

    /// May the window name this database? One that was chosen; or one that is not there yet, in a folder that was.
    pub(crate) fn check_database(&self, path: &Path) -> Result<()> {
        if self.has_file(path) {
            return Ok(());
        }
        let refused = |what: String, hint: &str| Err(Error::new(Kind::Configuration, what).hint(hint).field(PATH));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !self.paths().folders.iter().any(|chosen| chosen == folder_of(path)) {
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

    fn dirs(home: &tempfile::TempDir) -> AppDirs {
        let dirs = AppDirs::find(Some(home.path().into())).unwrap();
        dirs.ensure(dirs.data()).unwrap();
        dirs
    }

    #[test]
    fn what_was_chosen_is_known_after_a_restart_and_of_much_the_last() {
        let home = tempfile::tempdir().unwrap();
        let dirs = dirs(&home);
        let (file, folder) = (home.path().join("ca.pem"), home.path().join("new"));
        let chosen = Chosen::open(&dirs);
        chosen.allow_file(&file);
        chosen.allow_folder(&folder);

        let chosen = Chosen::open(&dirs);
        chosen.check_file(&file, "CA_FILE").unwrap();
        chosen.check_database(&folder.join("afes.sqlite")).unwrap();
        assert!(chosen.check_file(&home.path().join("other.pem"), "CA_FILE").is_err());
        for number in 0..KEPT {
            chosen.allow_file(&home.path().join(format!("{number}.pem")));
        }
        let chosen = Chosen::open(&dirs);
        assert!(chosen.check_file(&file, "CA_FILE").is_err());
        chosen.check_file(&home.path().join("0.pem"), "CA_FILE").unwrap();

        std::fs::write(dirs.data().join(FILE), "{\"files\": 1").unwrap();
        assert!(Chosen::open(&dirs).check_file(&home.path().join("0.pem"), "CA_FILE").is_err());
    }

    #[test]
    fn the_window_names_what_was_chosen_and_new_files_beside_nothing_else() {
        let (home, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let chosen = Chosen::open(&dirs(&home));
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
