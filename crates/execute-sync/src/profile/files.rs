//! Two settings that name one file: what writes it for the one would destroy it for the other. Found out from names and
//! the files that are there; nothing is opened but a file that names the database.

use std::path::{Path, PathBuf};

use super::env_file::FILE_NAMES;
use super::read::{database_file, state_dir_from};
use super::settings::{self, SETTINGS, Setting};
use super::sources::{SecretPlace, Sources};
use super::values;
use crate::error::{Error, Kind, Result};
use crate::logging;
use crate::paths::{StateDir, may_be_same_file};

/// What SQLite keeps beside a database.
const BESIDE_DATABASE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The files that serve one purpose.
struct Use {
    /// The setting that names the first of them, as a person writes it; none for what has its name from us.
    named_by: Option<(&'static Setting, String)>,
    /// How a message calls it.
    called: String,
    /// We write them; otherwise they are only read.
    is_written: bool,
    paths: Vec<PathBuf>,
}

/// Refuses settings of which two name one file, where one of the two writes it. A setting that cannot be read is not
/// judged here: who needs it says why.
pub fn refuse_shared(sources: &Sources, working_dir: &Path) -> Result<()> {
    let uses = uses(sources, working_dir);
    for (at, one) in uses.iter().enumerate() {
        let Some((setting, label)) = &one.named_by else { continue };
        for other in uses[at + 1..].iter().filter(|other| one.is_written || other.is_written) {
            if let Some(path) = shared(one, other) {
                let message = format!("{label} and {} both name {}", other.called, path.display());
                return Err(Error::new(Kind::Configuration, message)
                    .hint(format!("Name another file in {label}"))
                    .field(setting.name));
            }
        }
    }
    Ok(())
}

/// Those that a setting names come first, so that a message can name one.
fn uses(sources: &Sources, working_dir: &Path) -> Vec<Use> {
    let named = |setting: &'static Setting, label: String, is_written, paths| Use {
        called: label.clone(),
        named_by: Some((setting, label)),
        is_written,
        paths,
    };
    let path_of = |setting| values::path(sources, setting, working_dir).ok().flatten();
    let mut uses = Vec::new();
    if let Some(log) = path_of(&settings::LOG_FILE) {
        uses.push(named(&settings::LOG_FILE, settings::LOG_FILE.label(), true, logging::files_of(&log)));
    }
    if let Some(database) = database_file(sources, working_dir) {
        let beside = BESIDE_DATABASE.map(|end| with_end(&database, end));
        let paths = [database].into_iter().chain(beside).collect();
        uses.push(named(&settings::DATABASE_DSN, settings::DATABASE_DSN.label(), true, paths));
    }
    if let Some(certificates) = path_of(&settings::CA_FILE) {
        uses.push(named(&settings::CA_FILE, settings::CA_FILE.label(), false, vec![certificates]));
    }
    for setting in SETTINGS.iter().copied().filter(|setting| setting.secret) {
        if let Ok(Some((SecretPlace::File(path), _))) = sources.secret_place(setting) {
            let path = values::in_dir(working_dir, Path::new(path));
            uses.push(named(setting, setting.env_of_file(), false, vec![path]));
        }
    }
    let ours = |called: String, is_written, paths| Use { named_by: None, called, is_written, paths };
    if let Ok(state_dir) = state_dir_from(sources, working_dir).map(StateDir::new) {
        uses.push(ours(format!("the files of {}", settings::STATE_DIR.label()), true, files_of_state(&state_dir)));
    }
    uses.push(ours("the file of settings".to_owned(), false, FILE_NAMES.map(|name| working_dir.join(name)).into()));
    uses
}

/// The file that both use.
fn shared<'a>(one: &'a Use, other: &Use) -> Option<&'a Path> {
    let is_other = |path: &Path| other.paths.iter().any(|theirs| may_be_same_file(path, theirs));
    // A terminal or a null device takes from everybody.
    let is_file = |path: &Path| path.is_file() || !path.exists();
    one.paths.iter().map(PathBuf::as_path).find(|path| is_file(path) && is_other(path))
}

/// The files of ours in a state folder. A lock has its name from the database's, so it is looked for.
fn files_of_state(state_dir: &StateDir) -> Vec<PathBuf> {
    let mut files = vec![state_dir.mark_file(), state_dir.history_file(), state_dir.history_lock_file()];
    let there = std::fs::read_dir(state_dir.path()).into_iter().flatten().flatten();
    files.extend(there.map(|entry| entry.path()).filter(|path| StateDir::is_run_lock(path)));
    files
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

#[cfg(test)]
mod tests;
