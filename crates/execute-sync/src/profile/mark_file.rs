//! Which database the mark file of a state folder speaks of.

use std::path::{Path, PathBuf};

use super::read::database_file;
use super::settings;
use super::sources::{Origin, Sources};
use crate::paths::may_be_same_file;

/// Which database the older tool's mark file speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum MarkFileOf {
    /// The one of this run: it is the one that the folder's configuration names.
    This,
    /// This other one, which is there.
    Other(PathBuf),
    /// Nobody has written down which.
    #[default]
    Unknown,
}

/// The mark file is the word of the database that is written down: in `.env` or `config.env`, or else the default one. Who
/// names another by a flag or in the environment, while that one is there, tries something out.
pub fn mark_file_of(sources: &Sources, working_dir: &Path) -> MarkFileOf {
    if sources.profile.is_some() {
        return MarkFileOf::Unknown;
    }
    let is_named_now =
        [Origin::Flag, Origin::Environment].iter().any(|origin| sources.gives(*origin, &settings::DATABASE_DSN));
    if !is_named_now {
        return MarkFileOf::This;
    }
    let this = database_file(sources, working_dir);
    let written_down = database_file(&sources.as_written_down(&settings::DATABASE_DSN), working_dir);
    match (this, written_down) {
        (Some(this), Some(other)) if other.is_file() && !may_be_same_file(&this, &other) => MarkFileOf::Other(other),
        _ => MarkFileOf::This,
    }
}
