//! The local run history: what `runs` and `status` show. Lines of JSON, one when a run starts, one after each page but the
//! last, and one when it ends.
//!
//! A courtesy: the truth about what is in a database is in the database. Writing it may fail; the caller logs that and goes
//! on, with a warning for a run's beginning and end. It holds no mark, no secret and no document.

mod record;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::error::Result;
use crate::paths::{FileSystem, StateDir, System, disk_error, follow_own_link, replace_through_link_in, unreadable};
use crate::run_lock::lock_briefly;

use record::Recount;
pub use record::{Outcome, RunError, RunRecord, utc};

/// A run is kept for so long: the Overview looks back 30 days.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(31 * 24);
/// So many of the newest runs are kept whatever their age: a clock may have been years ahead.
const KEPT_RUNS: usize = 1000;
/// Never more than this is kept: about 90,000 runs, two months of one a minute.
const MOST_BYTES: usize = 32 << 20;

/// A file larger than this is written anew once a day ...
const LARGE: u64 = 1 << 20;
/// ... and one larger than this at once.
const TOO_LARGE: u64 = 64 << 20;

/// So much of the end of the file is looked at first: nearly every question is answered there, and a long history costs a
/// run that has nothing to do no time.
const END: u64 = 64 << 10;
/// How much more of it is looked at when that was not enough.
const FURTHER: u64 = 16;

/// Writing a line takes a moment; whoever holds the file for longer hangs, and is not waited for.
const LOCK_WAIT: Duration = Duration::from_secs(1);

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
        let size = self.append(run)?;
        if size > TOO_LARGE || (size > LARGE && self.is_first_of_day(run)?) { self.compact(run) } else { Ok(()) }
    }

    /// Adds a line for a run that goes on: what it has stored by now stays known if it is killed. Without the lock: should
    /// the file be written anew just now, a line like this may get lost.
    pub fn note(&self, run: &RunRecord) -> Result<()> {
        self.append(run).map(|_| ())
    }

    /// Adds a line for a run that ended; it takes the place of its earlier lines, which may be missing.
    pub fn finish(&self, run: &RunRecord) -> Result<()> {
        let _lock = self.lock();
        self.append(run).map(|_| ())
    }

    /// Adds a line that says how many quarantine entries are open since a person looked at them after the run `run_id`. The
    /// run keeps its place in the order, however many came after it.
    pub fn recount(&self, run_id: &str, open_quarantine: u64) -> Result<()> {
        let _lock = self.lock();
        self.append(&Recount { run_id: run_id.to_owned(), open_quarantine }).map(|_| ())
    }

    /// The runs of `target`, newest first: all of them, or at least as many as are `enough`.
    ///
    /// `is_alive` says whether a run holds the lock of the target now. A run without an end is shown as it is when it is
    /// the newest and that is alive, and as interrupted otherwise.
    pub fn runs(
        &self,
        target: &str,
        is_alive: impl Fn() -> bool,
        enough: impl Fn(&[RunRecord]) -> bool,
    ) -> Result<Vec<RunRecord>> {
        self.look_back(|text, is_all| {
            let of_target = merged(text).into_iter().rev().map(|(run, _)| run).filter(|run| run.target == target);
            let mut runs: Vec<RunRecord> = of_target.collect();
            for (at, run) in runs.iter_mut().enumerate().filter(|(_, run)| run.finished.is_none()) {
                if at > 0 || !is_alive() {
                    run.outcome = Some(Outcome::Interrupted);
                }
            }
            (is_all || enough(&runs)).then_some(runs)
        })
    }

    /// The fence number that the newest run of `target` left behind: a database below it was restored from a backup.
    pub fn last_fence(&self, target: &str) -> Result<Option<i64>> {
        self.look_back(|text, is_all| {
            let runs = merged(text);
            let fence = runs.iter().rev().filter(|(run, _)| run.target == target).find_map(|(run, _)| run.fence);
            (is_all || fence.is_some()).then_some(fence)
        })
    }

    /// Is the mark file in this folder ours? So it is when the newest run of `target` that stored something followed it;
    /// for a target without such a run, when any run did, of whichever database.
    pub fn follows_mark_file(&self, target: &str) -> Result<bool> {
        self.look_back(|text, is_all| {
            let runs = merged(text);
            let mut committed = runs.iter().rev().map(|(run, _)| run).filter(|run| run.fence.is_some());
            match committed.clone().find(|run| run.target == target) {
                Some(newest) => Some(!newest.left_mark_file),
                None => is_all.then(|| committed.any(|run| !run.left_mark_file)),
            }
        })
    }

    /// What `answer` makes of the end of the file; of more of it, as long as it gives none. It is told when that is all.
    fn look_back<T>(&self, answer: impl Fn(&[u8], bool) -> Option<T>) -> Result<T>
    where
        T: Default,
    {
        let mut most = END;
        loop {
            let (text, is_all) = self.end(most)?;
            // The first line may have lost its beginning.
            let cut = if is_all { 0 } else { memchr::memchr(b'\n', &text).map_or(text.len(), |end| end + 1) };
            match answer(&text[cut..], is_all) {
                Some(answer) => return Ok(answer),
                None if is_all => return Ok(T::default()),
                None => most = most.saturating_mul(FURTHER),
            }
        }
    }

    /// No run that began before this one began on the same day, UTC.
    fn is_first_of_day(&self, run: &RunRecord) -> Result<bool> {
        let day = |run: &RunRecord| run.started.get(..10).map(str::to_owned);
        self.look_back(|text, is_all| {
            let runs = merged(text);
            let before = runs.iter().rev().map(|(each, _)| each).find(|each| each.run_id != run.run_id);
            (is_all || before.is_some()).then(|| before.and_then(day) != day(run))
        })
    }

    /// Held while the file is changed, so that no other run's line is lost when it is written anew. Without it (a file
    /// system without locks, a holder that hangs) the work is done all the same.
    fn lock(&self) -> Option<std::fs::File> {
        lock_briefly(&self.state.history_lock_file(), LOCK_WAIT)
    }

    /// The last bytes of the file, at most `most`, and whether that is all.
    fn end(&self, most: u64) -> Result<(Vec<u8>, bool)> {
        let path = self.state.history_file();
        match self.fs.read_end(&path, most) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((Vec::new(), true)),
            other => other.map_err(|error| unreadable(&path, error)),
        }
    }

    /// Adds a line; gives the size of the file before.
    fn append(&self, run: &impl Serialize) -> Result<u64> {
        let (last, _) = self.end(1)?;
        let path = follow_own_link(self.fs.as_ref(), &self.state.history_file())?;
        let unwritable = |error| disk_error(&path, "cannot be written", error);
        // A line that a killed run left half written is ended first; alone, it is no run.
        let mut line = if last.last().is_some_and(|last| *last != b'\n') { vec![b'\n'] } else { Vec::new() };
        serde_json::to_writer(&mut line, run).map_err(|error| unwritable(error.into()))?;
        line.push(b'\n');
        let mut opened = self.fs.open_append(&path, None).map_err(unwritable)?;
        // One call, so that the line lands whole whoever else appends.
        opened.writer.write_all(&line).map_err(unwritable)?;
        Ok(opened.size_bytes)
    }

    fn compact(&self, now: &RunRecord) -> Result<()> {
        let (text, _) = self.end(u64::MAX)?;
        let mut kept = Vec::new();
        for line in kept_lines(&merged(&text), now) {
            // As it was written, so that what a newer version of us added stays.
            kept.extend_from_slice(line);
            kept.push(b'\n');
        }
        replace_through_link_in(self.fs.as_ref(), &self.state.history_file(), &kept)
    }
}

/// Of `runs` the lines that stay, oldest first, when `now` begins: the young ones, the newest, and of each target whatever
/// its age the last run that tells how fresh it is.
fn kept_lines<'a>(runs: &[(RunRecord, Vec<&'a [u8]>)], now: &RunRecord) -> Vec<&'a [u8]> {
    let oldest = now.started.parse::<Timestamp>().map_or(String::new(), |now| utc(now - KEPT_FOR));
    let mut told: HashMap<&str, [bool; 3]> = HashMap::new();
    let (mut kept, mut bytes) = (Vec::new(), 0);
    for (place, (run, lines)) in runs.iter().rev().enumerate() {
        let tells = [run.is_good(), run.read_everything().is_some(), run.fence.is_some()];
        let told = told.entry(&run.target).or_default();
        let is_last = tells.iter().zip(&*told).any(|(tells, told)| *tells && !told);
        let size: usize = lines.iter().map(|line| line.len() + 1).sum();
        let is_wanted = (place < KEPT_RUNS || run.started >= oldest) && bytes + size <= MOST_BYTES;
        if is_last || is_wanted {
            bytes += size;
            kept.extend(lines.iter().rev());
        }
        for (told, tells) in told.iter_mut().zip(tells) {
            *told |= tells;
        }
    }
    kept.reverse();
    kept
}

/// Every run once, in the order of their beginnings, each as its last line has it, with its lines; lines that are no run are
/// left out, and so are recounts of a run that is not in `text`.
fn merged(text: &[u8]) -> Vec<(RunRecord, Vec<&[u8]>)> {
    let mut runs: Vec<(RunRecord, Vec<&[u8]>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for line in text.split(|byte| *byte == b'\n') {
        if let Ok(run) = serde_json::from_slice::<RunRecord>(line) {
            match places.get(&run.run_id) {
                // A beginning never takes the place of an end.
                Some(place) if run.finished.is_some() || runs[*place].0.finished.is_none() => {
                    runs[*place] = (run, vec![line]);
                }
                Some(_) => {}
                None => {
                    places.insert(run.run_id.clone(), runs.len());
                    runs.push((run, vec![line]));
                }
            }
        } else if let Ok(recount) = serde_json::from_slice::<Recount>(line)
            && let Some(place) = places.get(&recount.run_id)
        {
            let (run, lines) = &mut runs[*place];
            run.open_quarantine = recount.open_quarantine;
            lines.truncate(1);
            lines.push(line);
        }
    }
    runs
}
