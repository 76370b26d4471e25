//! Where the files of a user lie: profiles and settings in one folder, databases and the state of profiles in another.
//! Nothing is created but by [`AppDirs::ensure`].

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::{Error, Kind, Result};

/// One folder that holds both of ours, `config` and `data`, instead of the system's: for portable use and for tests.
pub const HOME_VARIABLE: &str = "EXECUTESYNC_HOME";

/// Our name in folders and keychains. A build for development has its own, so that it never meets a person's data.
pub const APP_NAME: &str = if cfg!(debug_assertions) { "execute-sync-dev" } else { "execute-sync" };

/// The folders of this user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppDirs {
    config: PathBuf,
    data: PathBuf,
}

impl AppDirs {
    /// `home` is the value of [`HOME_VARIABLE`]; without it, the folders that the system has for this.
    pub fn find(home: Option<OsString>) -> Result<Self> {
        if let Some(home) = home.filter(|home| !home.is_empty()) {
            let home = PathBuf::from(home);
            if !home.is_absolute() {
                return Err(Error::new(Kind::Configuration, format!("{HOME_VARIABLE} is not a whole path"))
                    .hint("Give the folder with all folders above it"));
            }
            return Ok(AppDirs { config: home.join("config"), data: home.join("data") });
        }
        // Both on this machine: a profile that roams would point at databases which do not.
        let dirs = directories::ProjectDirs::from("", "", APP_NAME).ok_or_else(|| {
            Error::new(Kind::Configuration, "this user has no home folder")
                .hint(format!("Name a folder for profiles and data in {HOME_VARIABLE}"))
        })?;
        Ok(AppDirs { config: dirs.config_local_dir().to_owned(), data: dirs.data_local_dir().to_owned() })
    }

    /// Holds `profiles.json` and the app's settings.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// Holds databases and the state of profiles.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Where databases go that a person gave no place.
    pub fn databases(&self) -> PathBuf {
        self.data.join("databases")
    }

    /// Lock and history of the profile with this id.
    pub fn profile_state(&self, id: &str) -> PathBuf {
        self.data.join("profiles").join(id)
    }

    /// Where secrets go that a person wants in files.
    pub fn secrets(&self) -> PathBuf {
        self.config.join("secrets")
    }

    /// Creates `folder`, one of ours, and what is missing above it, for its owner alone.
    pub fn ensure(&self, folder: &Path) -> Result<()> {
        super::private_folder(folder)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_folder_can_hold_both() {
        let temporary = tempfile::tempdir().unwrap();
        let dirs = AppDirs::find(Some(temporary.path().into())).unwrap();
        assert_eq!(dirs.config(), temporary.path().join("config"));
        assert_eq!(dirs.data(), temporary.path().join("data"));
        assert_eq!(dirs.profile_state("0123"), temporary.path().join("data/profiles/0123"));
        assert_eq!(AppDirs::find(Some("somewhere".into())).unwrap_err().kind(), Kind::Configuration);
    }

    #[test]
    fn a_build_for_development_has_folders_of_its_own() {
        let dirs = AppDirs::find(None).unwrap();
        let named = |path: &Path| path.iter().any(|part| part == APP_NAME);
        assert!(named(dirs.config()) && named(dirs.data()), "{dirs:?}");
        assert_eq!(APP_NAME, "execute-sync-dev", "tests are built for development");
    }

    #[cfg(unix)]
    #[test]
    fn folders_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let temporary = tempfile::tempdir().unwrap();
        let dirs = AppDirs::find(Some(temporary.path().join("new").into())).unwrap();
        dirs.ensure(&dirs.secrets()).unwrap();
        dirs.ensure(&dirs.secrets()).unwrap();
        for folder in [dirs.config().to_owned(), dirs.secrets(), temporary.path().join("new")] {
            assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700, "{}", folder.display());
        }
    }
}
