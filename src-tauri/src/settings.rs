//! The app's own settings: what they are at first, and within which bounds. The engine keeps the file.

use std::time::Duration;

use execute_sync::error::Result;
use execute_sync::paths::AppDirs;
use execute_sync::settings_file;
use execute_sync::worker::{Limits, What};

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

/// What of them the worker goes by.
pub(crate) fn limits(settings: &AppSettings) -> Limits {
    Limits {
        at_once: usize::try_from(settings.parallel_runs).unwrap_or(1),
        nothing_synced_for: (settings.stale_after_hours > 0)
            .then(|| Duration::from_secs(u64::from(settings.stale_after_hours) * 3600)),
    }
}

/// Is a person told? That nothing was synced for long has a setting of its own, which the other does not turn off.
pub(crate) fn is_told(settings: &AppSettings, what: What) -> bool {
    match what {
        What::Failing | What::NeedsYou | What::Recovered => settings.notifications,
        What::NothingSynced => settings.stale_after_hours > 0,
    }
}

/// The settings, as they are on disk.
pub(crate) struct SettingsFile(settings_file::SettingsFile<AppSettings>);

impl SettingsFile {
    /// Reads the file. The second value says what a person should know.
    pub(crate) fn open(dirs: &AppDirs) -> (Self, Option<String>) {
        let (file, problem) = settings_file::SettingsFile::open(dirs);
        (SettingsFile(file), problem)
    }

    pub(crate) fn get(&self) -> AppSettings {
        within_bounds(self.0.get())
    }

    /// Writes them down, then uses them.
    pub(crate) fn set(&self, settings: AppSettings) -> Result<()> {
        self.0.set(within_bounds(settings))
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

    #[test]
    fn what_was_set_is_there_after_a_new_start_and_within_bounds() {
        let home = tempfile::tempdir().unwrap();
        let dirs = AppDirs::find(Some(home.path().into())).unwrap();
        let (file, problem) = SettingsFile::open(&dirs);
        assert_eq!((file.get(), problem), (AppSettings::default(), None));
        file.set(AppSettings { theme: Theme::Dark, parallel_runs: 99, ..AppSettings::default() }).unwrap();
        let (file, problem) = SettingsFile::open(&dirs);
        assert_eq!((file.get().theme, file.get().parallel_runs, problem), (Theme::Dark, 8, None));
    }

    #[test]
    fn the_worker_goes_by_what_is_set() {
        let of = |parallel_runs, stale_after_hours| {
            limits(&AppSettings { parallel_runs, stale_after_hours, ..AppSettings::default() })
        };
        assert_eq!(limits(&AppSettings::default()), Limits::default());
        assert_eq!(of(4, 0), Limits { at_once: 4, nothing_synced_for: None });
        assert_eq!(of(1, 2).nothing_synced_for, Some(Duration::from_secs(7200)));
    }

    #[test]
    fn failures_that_are_not_told_do_not_silence_that_nothing_was_synced() {
        let told = |notifications, stale_after_hours| {
            let settings = AppSettings { notifications, stale_after_hours, ..AppSettings::default() };
            [What::Failing, What::NeedsYou, What::Recovered, What::NothingSynced].map(|what| is_told(&settings, what))
        };
        assert_eq!(told(false, 24), [false, false, false, true]);
        assert_eq!(told(true, 0), [true, true, true, false]);
    }

    #[test]
    fn what_was_written_by_hand_is_within_bounds_too() {
        let home = tempfile::tempdir().unwrap();
        let dirs = AppDirs::find(Some(home.path().into())).unwrap();
        dirs.ensure(dirs.config()).unwrap();
        std::fs::write(dirs.config().join(settings_file::FILE), "{\"parallelRuns\": 0}").unwrap();
        assert_eq!(SettingsFile::open(&dirs).0.get().parallel_runs, 1);
    }
}
