//! A folder of the older tool becomes a profile: `.env` (or `config.env`) and `last_sync_date.txt`. The folder stays as it
//! is and is gone on with, so nothing is read anew and going back costs nothing. Nothing is written here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::environment::Environment;
use super::form;
use super::settings::{self, SETTINGS, Setting, ValueKind};
use super::sources::Sources;
use super::stored::{OptionName, StoredProfile, check_name};
use super::url::BaseUrl;
use super::values;
use super::{DestinationSettings, EnvFile, describe, destination_from, options_from, state_dir_from, wait_from};
use crate::error::{Error, Kind, Result};
use crate::paths::{AppDirs, StateDir};
use crate::schedule::{Every, MOST_MINUTES};
use crate::secret::Secret;
use crate::secret_store::{Place, SecretReference};

/// What a folder holds.
#[derive(Debug)]
pub struct Import {
    /// The folder, with all folders above it.
    pub folder: PathBuf,
    /// The file that was read.
    pub file: PathBuf,
    /// The profile it becomes, with the keychain for its secret.
    pub profile: StoredProfile,
    /// The secret of the API key, to be kept where the profile says.
    pub secret: Option<Arc<Secret>>,
    /// The mark from which it reads on; none = everything.
    pub mark: Option<String>,
    /// What to know: settings that were left behind, and why.
    pub notes: Vec<String>,
}

/// Reads a folder of the older tool.
///
/// # Errors
/// It has no settings, or settings that no profile can have, such as a database that is not in this version.
pub fn read_folder(folder: &Path, name: Option<&str>, dirs: &AppDirs) -> Result<Import> {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    if !folder.is_dir() {
        return Err(Error::new(Kind::Configuration, format!("the folder {} does not exist", folder.display()))
            .hint("Name the folder in which the older tool runs"));
    }
    // What this process has in its environment is not the older tool's.
    let file = EnvFile::read(&folder, &Environment::default())?;
    let Some(path) = file.path().map(Path::to_owned) else {
        return Err(Error::new(Kind::Configuration, format!("{} holds neither .env nor config.env", folder.display()))
            .hint("Name the folder in which the older tool runs"));
    };
    let sources = Sources { file, ..Sources::default() };
    let mut notes = Vec::new();
    let profile = profile_of(&sources, &folder, name, dirs, &mut notes)?;
    let secret = sources.secret(&settings::EXECUTE_APIKEY_SECRET, &folder)?;
    if secret.is_none() {
        notes.push("The secret of the API key is not in the file: enter it".to_owned());
    }
    let mark = mark_in(&profile, &mut notes);
    for line in describe(&sources) {
        if let Some(note) = line.note {
            notes.push(format!("{}: {note}", line.env));
        }
    }
    for name in sources.unknown_names() {
        notes.push(format!("{name} is not a setting and was left behind"));
    }
    Ok(Import { folder, file: path, profile, secret, mark, notes })
}

fn profile_of(
    sources: &Sources,
    folder: &Path,
    name: Option<&str>,
    dirs: &AppDirs,
    notes: &mut Vec<String>,
) -> Result<StoredProfile> {
    let DestinationSettings::Sqlite { path } = destination_from(sources, folder)?;
    let named = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = match name {
        Some(name) => check_name(name)?.to_owned(),
        None => check_name(&named).unwrap_or("Imported").to_owned(),
    };
    let mut profile = StoredProfile::new(&name, &path)?;
    let text = |setting: &Setting| sources.resolve(setting).map(|(text, _)| text.trim().to_owned()).unwrap_or_default();
    profile.source.url = text(&settings::EXECUTE_URL);
    profile.source.key_id = text(&settings::EXECUTE_APIKEY_ID);
    let url = BaseUrl::parse(&profile.source.url)?;
    if let Some(warning) = url.warning() {
        // The older tool ran like this: its owner has agreed, and is told each time.
        profile.source.allow_http = true;
        notes.push(warning);
    }
    profile.secret = Some(SecretReference { place: Place::Keychain, host: url.bound_host() });
    profile.adopt_from = Some(state_dir_from(sources, folder)?);
    profile.options = options_of(sources, folder, notes)?;
    let wait_s = wait_from(sources)?;
    if wait_s == 0 {
        // It ran when somebody called it, and at no other time.
        (profile.schedule.on_start, profile.schedule.on_wake) = (false, false);
    }
    profile.schedule.every = match wait_s {
        0 => Every::Manual,
        wait_s => Every::Minutes(u32::try_from(wait_s.div_ceil(60)).unwrap_or(u32::MAX).min(MOST_MINUTES)),
    };
    if wait_s > u64::from(MOST_MINUTES) * 60 {
        notes.push(format!("EXECUTESYNC_WAIT was {wait_s} seconds; a profile syncs at least every 7 days"));
    } else if wait_s % 60 != 0 {
        notes.push(format!("EXECUTESYNC_WAIT was {wait_s} seconds; a profile counts in whole minutes"));
    }
    profile.check(dirs)?;
    profile.refresh_nightly_with_calcs(dirs);
    Ok(profile)
}

fn options_of(sources: &Sources, folder: &Path, notes: &mut Vec<String>) -> Result<BTreeMap<OptionName, String>> {
    options_from(sources)?;
    let mut options = BTreeMap::new();
    for setting in SETTINGS.iter().copied() {
        let Some((value, _)) = sources.resolve(setting) else { continue };
        let Some(option) = OptionName::find(setting.name) else {
            if let Some(why) = left_behind(setting) {
                notes.push(format!("{} was left behind: {why}", setting.env()));
            }
            continue;
        };
        if setting.name == settings::PROXY.name && value.contains('@') {
            notes.push(format!("{} was left behind: it holds a login, which a profile may not", setting.env()));
            continue;
        }
        let value = match setting.kind {
            ValueKind::Path => match values::path(sources, setting, folder)? {
                Some(path) => form::path_text(&path)?,
                None => continue,
            },
            ValueKind::Text | ValueKind::Url | ValueKind::Number { .. } | ValueKind::Switch | ValueKind::OneOf(_) => {
                value.trim().to_owned()
            }
        };
        options.insert(option, value);
    }
    form::read_options(options.iter().map(|(option, value)| (option.as_str(), value.as_str())))
}

/// Why a profile has no place for a setting; none for those that it holds in another form.
fn left_behind(setting: &Setting) -> Option<&'static str> {
    match setting.name {
        name if name == settings::FORCE.name => Some("it belongs to a single call"),
        name if name == settings::LOG_LEVEL.name || name == settings::LOG_FILE.name => {
            Some("logs belong to the program that runs the profile; its flag can be given")
        }
        _ => None,
    }
}

fn mark_in(profile: &StoredProfile, notes: &mut Vec<String>) -> Option<String> {
    let path = StateDir::new(profile.adopt_from.clone()?).mark_file();
    let text = std::fs::read_to_string(&path).ok()?;
    let mark = text.trim_start_matches('\u{feff}').trim();
    if mark.is_empty() || mark.len() > 1000 || mark.chars().any(char::is_control) {
        notes.push(format!("{} holds no mark", path.display()));
        return None;
    }
    Some(mark.to_owned())
}

#[cfg(test)]
mod tests;
