//! The app's own settings, in a file of their own beside the profiles. What cannot be read counts as not set, and is kept
//! aside; a start never fails because of it.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use execute_sync::error::{Error, Kind, Result};
use execute_sync::paths::{self, AppDirs};

use crate::contract::{AppSettings, Theme};

impl Default for AppSettings {
    fn default() -> Self {
        AppSettings {
            start_at_login: false,
            start_hidden: false,
            close_to_tray: true,
            theme: Theme::System,
            notifications: true,
            stale_after_hours: 24,
            parallel_runs: 2,
        }
    }
}

/// The settings, as they are on disk.
pub(crate) struct SettingsFile {
    path: PathBuf,
    now: Mutex<AppSettings>,
}

impl SettingsFile {
    /// Reads the file. The second value says what a person should know.
    pub(crate) fn open(dirs: &AppDirs) -> (Self, Option<String>) {
        let path = dirs.config().join("settings.json");
        let (now, problem) = match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => (AppSettings::default(), None),
            Err(error) => (AppSettings::default(), Some(format!("{} cannot be read ({error})", path.display()))),
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(settings) => (settings, None),
                Err(_) => {
                    let aside = path.with_extension("broken.json");
                    // Kept for whoever broke it; the next save would write over it.
                    let kept = std::fs::rename(&path, &aside).is_ok();
                    let place = if kept { format!("; it was kept as {}", aside.display()) } else { String::new() };
                    let text = format!("the app's settings could not be read and are as they were at first{place}");
                    (AppSettings::default(), Some(text))
                }
            },
        };
        (SettingsFile { path, now: Mutex::new(within_bounds(now)) }, problem)
    }

    pub(crate) fn get(&self) -> AppSettings {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes them down, then uses them.
    pub(crate) fn set(&self, settings: AppSettings) -> Result<()> {
        let settings = within_bounds(settings);
        let mut text = serde_json::to_vec_pretty(&settings)
            .map_err(|e| Error::new(Kind::Internal, "the settings cannot be written down").because(e))?;
        text.push(b'\n');
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        paths::replace_file(&self.path, &text)?;
        *now = settings;
        Ok(())
    }
}

/// Numbers that somebody wrote by hand, or a window that was tampered with.
fn within_bounds(settings: AppSettings) -> AppSettings {
    AppSettings {
        stale_after_hours: settings.stale_after_hours.min(24 * 365),
        parallel_runs: settings.parallel_runs.clamp(1, 8),
        ..settings
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn dirs(home: &tempfile::TempDir) -> AppDirs {
        let dirs = AppDirs::find(Some(home.path().into())).unwrap();
        dirs.ensure(dirs.config()).unwrap();
        dirs
    }

    #[test]
    fn what_was_set_is_there_after_a_new_start() {
        let home = tempfile::tempdir().unwrap();
        let dirs = dirs(&home);
        let (file, problem) = SettingsFile::open(&dirs);
        assert_eq!((file.get(), problem), (AppSettings::default(), None));
        file.set(AppSettings { theme: Theme::Dark, parallel_runs: 99, ..AppSettings::default() }).unwrap();
        let (file, problem) = SettingsFile::open(&dirs);
        assert_eq!((file.get().theme, file.get().parallel_runs, problem), (Theme::Dark, 8, None));
    }

    #[test]
    fn a_broken_file_is_kept_aside_and_told() {
        let home = tempfile::tempdir().unwrap();
        let dirs = dirs(&home);
        std::fs::write(dirs.config().join("settings.json"), "{ \"theme\": ").unwrap();
        let (file, problem) = SettingsFile::open(&dirs);
        assert_eq!(file.get(), AppSettings::default());
        assert!(problem.unwrap().contains("settings.broken.json"));
        assert_eq!(std::fs::read(dirs.config().join("settings.broken.json")).unwrap(), b"{ \"theme\": ");
    }
}
