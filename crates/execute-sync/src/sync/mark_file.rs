//! The older tool's `last_sync_date.txt`: the high-water mark and nothing else. Adopted once, then kept up to date so that
//! going back costs nothing. Never the truth.

use std::path::Path;

use super::{Run, since};
use crate::destination::State;
use crate::error::{Error, Kind, Result};
use crate::paths;
use crate::source::Mark;

/// The mark in the file; `None` if there is no file or nothing in it.
///
/// # Errors
/// A file that cannot be read, or holds something that cannot be a mark.
pub(super) fn read(path: &Path) -> Result<Option<Mark>> {
    refuse_special(path)?;
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(path, "cannot be read").because(error)),
    };
    let text = String::from_utf8(bytes).map_err(|_| unusable(path, "is not text"))?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        Ok(None)
    } else {
        Mark::new(text).map(Some).map_err(|e| unusable(path, "holds no mark").because(e))
    }
}

/// Makes the file hold `mark`.
pub(super) fn follow(path: &Path, mark: &Mark) -> Result<()> {
    refuse_special(path)?;
    if std::fs::read(path).is_ok_and(|bytes| bytes == mark.as_str().as_bytes()) {
        return Ok(());
    }
    paths::replace_through_link(path, mark.as_str().as_bytes())
}

/// A pipe or a device would be waited for, maybe for ever.
fn refuse_special(path: &Path) -> Result<()> {
    let is_special = std::fs::metadata(path).is_ok_and(|found| !found.is_file());
    if is_special { Err(unusable(path, "is not a regular file")) } else { Ok(()) }
}

fn unusable(path: &Path, what: &str) -> Error {
    Error::new(Kind::Configuration, format!("the mark file {} {what}", path.display()))
        .hint("Correct it, or delete it: everything is then read again once.")
        .field("STATE_DIR")
}

impl Run<'_> {
    /// The file is a courtesy for going back: it follows every commit, beside the work on the next page, and failing to
    /// write it harms nothing here.
    pub(super) async fn follow_mark_file(&mut self, state: &State) {
        let Some(path) = self.job.mark_file.clone().filter(|_| !self.summary.left_mark_file) else { return };
        self.mark_file_follows().await;
        let mark = since(state);
        self.mark_file = Some(tokio::task::spawn_blocking(move || follow(&path, &mark)));
    }

    /// Waits until the mark file holds what it is to hold.
    pub(super) async fn mark_file_follows(&mut self) {
        let Some(writing) = self.mark_file.take() else { return };
        let written = writing
            .await
            .unwrap_or_else(|e| Err(Error::new(Kind::Internal, "writing the mark file ended unexpectedly").because(e)));
        if let Err(error) = written {
            self.reporter.warn(&format!("{error} (the checkpoint itself is safe in the database)"));
        }
    }
}
