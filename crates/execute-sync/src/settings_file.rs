//! The app's own settings: one value in a readable file beside the profiles. It is replaced whole; what cannot be read
//! counts as not set and is kept aside, so that a start never fails because of it. What the settings are, the app knows.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Kind, Result};
use crate::paths::{self, AppDirs};

/// The file, in the folder of the configuration.
pub const FILE: &str = "settings.json";
/// Where it goes when it cannot be read.
const BROKEN_FILE: &str = "settings.broken.json";

/// The settings, as they are on disk.
#[derive(Debug)]
pub struct SettingsFile<T> {
    path: PathBuf,
    now: Mutex<T>,
}

impl<T: Clone + Default + Serialize + DeserializeOwned> SettingsFile<T> {
    /// Reads the file. The second value says what a person should know.
    pub fn open(dirs: &AppDirs) -> (Self, Option<String>) {
        let path = dirs.config().join(FILE);
        let (now, problem) = match std::fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => (T::default(), None),
            Err(error) => (T::default(), Some(format!("{} cannot be read ({error})", path.display()))),
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(settings) => (settings, None),
                Err(_) => {
                    let aside = path.with_file_name(BROKEN_FILE);
                    // Kept for whoever broke it; the next save would write over it.
                    let kept = std::fs::rename(&path, &aside).is_ok();
                    let place = if kept { format!("; it was kept as {}", aside.display()) } else { String::new() };
                    let text = format!("the app's settings could not be read and are as they were at first{place}");
                    (T::default(), Some(text))
                }
            },
        };
        (SettingsFile { path, now: Mutex::new(now) }, problem)
    }

    /// The settings in force.
    pub fn get(&self) -> T {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes them down, then uses them.
    ///
    /// # Errors
    /// They could not be written; the old ones stay in force, and on disk.
    pub fn set(&self, settings: T) -> Result<()> {
        let mut text = serde_json::to_vec_pretty(&settings)
            .map_err(|e| Error::new(Kind::Internal, "the settings cannot be written down").because(e))?;
        text.push(b'\n');
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = paths::folder_of(&self.path);
        paths::private_folder(folder)?;
        paths::sweep(folder);
        paths::replace_file(&self.path, &text)?;
        *now = settings;
        Ok(())
    }
}
