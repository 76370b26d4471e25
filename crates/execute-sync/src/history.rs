//! The local run history: what `runs` and `status` show. Lines of JSON, a line when a run starts and one when it ends.
//!
//! A courtesy: the truth about what is in a database is in the database. Writing it may fail; the caller logs that as
//! a warning and goes on. It holds no mark, no secret and no document.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::paths::{FileSystem, StateDir, System, disk_error, follow_own_link, replace_through_link_in};
use crate::run_lock::lock_briefly;
use crate::secret::{printable, redact};

/// With more lines than this the file is written anew ...
const MOST_LINES: usize = 2000;
/// ... with so many of the newest runs, one line each.
const KEPT_RUNS: usize = 1000;

/// Writing a line takes a moment; whoever holds the file for longer hangs, and is not waited for.
const LOCK_WAIT: Duration = Duration::from_secs(1);

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything that the source had is in the database.
    Succeeded,
    /// As before, but some documents of this run are in quarantine.
    Quarantined,
    /// It ended with an error.
    Failed,
    /// A person or the system asked it to stop.
    Cancelled,
    /// It was killed or the machine went down. Never written: this is what a run without an end is shown as.
    Interrupted,
}

/// What went wrong, as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunError {
    /// The code of the error's kind.
    pub code: String,
    /// The sentence.
    pub message: String,
    /// The remedy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl From<&Error> for RunError {
    fn from(error: &Error) -> Self {
        let shown = |text: &str| redact(&printable(&redact(text))).into_owned();
        RunError {
            code: error.kind().code().to_owned(),
            message: shown(error.message()),
            hint: error.remedy().map(shown),
        }
    }
}

/// One run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Tells runs apart.
    pub run_id: String,
    /// Names the destination, without secrets.
    pub target: String,
    /// When it began, UTC, `2025-01-31T09:30:00Z`.
    pub started: String,
    /// When it ended, UTC; none for a run that goes on, or never ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<String>,
    /// How it ended; none while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Documents stored.
    #[serde(default)]
    pub documents: u64,
    /// Pages committed.
    #[serde(default)]
    pub pages: u64,
    /// Bytes received, decompressed.
    #[serde(default)]
    pub bytes: u64,
    /// Documents of this run put into quarantine.
    #[serde(default)]
    pub quarantined: u64,
    /// Documents removed because the source has them no more.
    #[serde(default)]
    pub removed: u64,
    /// Was it a full refresh?
    #[serde(default)]
    pub full_refresh: bool,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RunError>,
    /// The fence number that the destination had after the last commit of this run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fence: Option<i64>,
    /// Entries of the quarantine that were open when the run ended, of earlier runs too.
    #[serde(default)]
    pub open_quarantine: u64,
    /// How long it took.
    #[serde(default)]
    pub duration_ms: u64,
}

/// The history of one state folder, shared by all runs that use it.
pub struct History {
    fs: Arc<dyn FileSystem>,
    state: StateDir,
}

impl History {
    /// The history in the state folder `dir`. Nothing is read or created yet.
    pub fn open(dir: &Path) -> Self {
        History::open_in(Arc::new(System), dir)
    }

    fn open_in(fs: Arc<dyn FileSystem>, dir: &Path) -> Self {
        History { fs, state: StateDir::new(dir) }
    }

    /// Adds a line for a run that starts. Long histories lose their oldest runs here.
    pub fn begin(&self, run: &RunRecord) -> Result<()> {
        let _lock = self.lock();
        let text = self.read()?;
        self.append(run, &text)?;
        if memchr::memchr_iter(b'\n', &text).count() >= MOST_LINES { self.compact() } else { Ok(()) }
    }

    /// Adds a line for a run that ended; it takes the place of the line of its beginning, which may be missing.
    pub fn finish(&self, run: &RunRecord) -> Result<()> {
        let _lock = self.lock();
        let text = self.read()?;
        self.append(run, &text)
    }

    /// The newest runs first, at most `limit`.
    ///
    /// `alive` says whether a run holds the lock of a target now. A run without an end is shown as it is when it is the
    /// newest of its target and that is alive, and as interrupted otherwise.
    pub fn runs(&self, limit: usize, alive: impl Fn(&str) -> bool) -> Result<Vec<RunRecord>> {
        let text = self.read()?;
        let mut targets = Vec::new();
        let runs = merged(&text).into_iter().rev().take(limit).map(|(mut run, _)| {
            let newest = !targets.contains(&run.target);
            if run.finished.is_none() && !(newest && alive(&run.target)) {
                run.outcome = Some(Outcome::Interrupted);
            }
            if newest {
                targets.push(run.target.clone());
            }
            run
        });
        Ok(runs.collect())
    }

    /// The fence number that the newest run of `target` left behind: a database below it was restored from a backup.
    pub fn last_fence(&self, target: &str) -> Result<Option<i64>> {
        let text = self.read()?;
        Ok(merged(&text).iter().filter(|(run, _)| run.target == target).filter_map(|(run, _)| run.fence).next_back())
    }

    /// Has any run of ours, of whichever database, stored something? Then the mark file in this folder is ours.
    pub fn has_commits(&self) -> Result<bool> {
        let text = self.read()?;
        Ok(merged(&text).iter().any(|(run, _)| run.fence.is_some()))
    }

    /// Held while the file is changed, so that no other run's line is lost when it is written anew. Without it (a file
    /// system without locks, a holder that hangs) the work is done all the same.
    fn lock(&self) -> Option<std::fs::File> {
        lock_briefly(&self.state.history_lock_file(), LOCK_WAIT)
    }

    fn read(&self) -> Result<Vec<u8>> {
        let path = self.state.history_file();
        match self.fs.read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            other => other.map_err(|error| disk_error(&path, "cannot be read", error)),
        }
    }

    fn append(&self, run: &RunRecord, text: &[u8]) -> Result<()> {
        let path = follow_own_link(self.fs.as_ref(), &self.state.history_file())?;
        let unwritable = |error| disk_error(&path, "cannot be written", error);
        // A line that a killed run left half written is ended first; alone, it is no run.
        let mut line = if text.last().is_some_and(|last| *last != b'\n') { vec![b'\n'] } else { Vec::new() };
        serde_json::to_writer(&mut line, run).map_err(|error| unwritable(error.into()))?;
        line.push(b'\n');
        let mut opened = self.fs.open_append(&path).map_err(unwritable)?;
        // One call, so that the line lands whole whoever else appends.
        opened.writer.write_all(&line).map_err(unwritable)
    }

    fn compact(&self) -> Result<()> {
        let text = self.read()?;
        let runs = merged(&text);
        let mut kept = Vec::new();
        for (_, line) in &runs[runs.len().saturating_sub(KEPT_RUNS)..] {
            // As it was written, so that what a newer version of us added stays.
            kept.extend_from_slice(line);
            kept.push(b'\n');
        }
        replace_through_link_in(self.fs.as_ref(), &self.state.history_file(), &kept)
    }
}

/// Every run once, in the order of their beginnings, each as its last line has it; lines that are no run are left out.
fn merged(text: &[u8]) -> Vec<(RunRecord, &[u8])> {
    let mut runs: Vec<(RunRecord, &[u8])> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for line in text.split(|byte| *byte == b'\n') {
        let Ok(run) = serde_json::from_slice::<RunRecord>(line) else { continue };
        match places.get(&run.run_id) {
            // A beginning never takes the place of an end.
            Some(place) if run.finished.is_some() || runs[*place].0.finished.is_none() => runs[*place] = (run, line),
            Some(_) => {}
            None => {
                places.insert(run.run_id.clone(), runs.len());
                runs.push((run, line));
            }
        }
    }
    runs
}
