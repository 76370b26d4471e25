//! Which run a line of the log belongs to, and finding the lines of one again in the files that are kept.

use std::future::Future;
use std::io::{self, Read};
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use memchr::memmem;

use super::file::numbered;
use super::{DEFAULT_FILE_SIZE_BYTES, DEFAULT_OLD_FILES};

/// What stands before the run at the end of a line.
const MARK: &str = " [run ";

/// A file may be this much larger than where it is renamed: one line, or renaming failed.
const MOST_READ_BYTES: u64 = 2 * DEFAULT_FILE_SIZE_BYTES;

tokio::task_local! {
    static RUN: String;
}

/// Does `work`, whose lines belong to the run `run_id`. Threads that it starts need [`in_run`].
pub async fn of_run<F: Future>(run_id: &str, work: F) -> F::Output {
    RUN.scope(run_id.to_owned(), work).await
}

/// Does `work` on another thread for the run that [`run_id`] gave.
pub fn in_run<T>(run_id: Option<&str>, work: impl FnOnce() -> T) -> T {
    match run_id {
        Some(run_id) => RUN.sync_scope(run_id.to_owned(), work),
        None => work(),
    }
}

/// The run that is being worked for here.
pub fn run_id() -> Option<String> {
    RUN.try_with(Clone::clone).ok()
}

/// A line with its run at the end, if it has one.
pub(super) fn marked(line: String) -> String {
    RUN.try_with(|run| format!("{line}{MARK}{run}]")).unwrap_or(line)
}

/// A line that was found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLine {
    /// When it was written.
    pub at: Timestamp,
    /// `ERROR`, `WARN`, `INFO` or `DEBUG`.
    pub level: String,
    /// What it says.
    pub text: String,
}

/// The lines of a run that began at `since`, oldest first, from a log written with [`super::LogSettings::run_ids`] and the
/// files it was renamed to; no more than the last `limit`. Files that are not there, or end before it, are passed over.
///
/// # Errors
/// A file that is there cannot be read.
pub fn lines_of_run(log: &Path, run_id: &str, since: Timestamp, limit: usize) -> io::Result<Vec<KeptLine>> {
    let mark = format!("{MARK}{run_id}]");
    let mut found = Vec::new();
    for number in (0..=DEFAULT_OLD_FILES).rev() {
        let path = if number == 0 { log.to_owned() } else { numbered(log, number) };
        let file = match std::fs::File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        // Where it is not known, it is looked through. The run's beginning is known to the second.
        let last = file.metadata()?.modified().ok().and_then(|last| Timestamp::try_from(last).ok());
        if last.is_some_and(|last| last.as_second() < since.as_second()) {
            continue;
        }
        let mut bytes = Vec::new();
        file.take(MOST_READ_BYTES).read_to_end(&mut bytes)?;
        for at in memmem::find_iter(&bytes, mark.as_bytes()) {
            found.extend(line_ending_at(&bytes, at, mark.len()));
        }
    }
    Ok(found.split_off(found.len().saturating_sub(limit)))
}

/// The line whose mark begins at `at`; none if it is no mark but words in a line.
fn line_ending_at(bytes: &[u8], at: usize, mark_bytes: usize) -> Option<KeptLine> {
    if bytes.get(at + mark_bytes).is_some_and(|next| *next != b'\n') {
        return None;
    }
    let begin = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
    let line = std::str::from_utf8(&bytes[begin..at]).ok()?;
    let (day, rest) = line.split_once(' ')?;
    let (time, rest) = rest.split_once(' ')?;
    let (level, text) = rest.split_once(' ')?;
    let at = DateTime::strptime("%Y/%m/%d %H:%M:%S", format!("{day} {time}")).ok()?;
    // An hour that is there twice counts as the first.
    let at = TimeZone::system().to_ambiguous_timestamp(at).compatible().ok()?;
    Some(KeptLine { at, level: level.to_owned(), text: text.to_owned() })
}
