//! A profile's state as one sentence: the same in the window, the tray, a notification and `status`.
//!
//! Judged from the history and a look at the database's place ([`of_history`]: what the command line has), or with what a
//! worker knows besides ([`of_profile`]). Nothing is green while something is wrong, and nothing red that a retry may still
//! cure.

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::error::{Kind, Next};
use crate::history::{Outcome, RunError, RunRecord};
use crate::progress::{counted, grouped};

/// A run may be this much late before it counts: a long page, a busy machine.
const GRACE_S: i64 = 15 * 60;

/// In a word, for icons and scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Everything the source had is in the database.
    UpToDate,
    /// As before, but some documents are in quarantine.
    Quarantine,
    /// A run is under way, here or in another program.
    Syncing,
    /// A person said not now.
    Paused,
    /// Source or destination cannot be reached; it is tried again.
    Offline,
    /// Only a person can mend it.
    NeedsYou,
    /// It failed once and is tried again.
    Retrying,
    /// It failed, also when it was tried again.
    Failed,
    /// A run that should have been was not.
    Late,
    /// It was stopped as asked, with more known to come.
    Stopped,
    /// The database that was synced is not there any more.
    Missing,
    /// Nothing has been synced yet.
    Never,
}

/// The state of one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// In a word.
    pub state: State,
    /// In a sentence. It may quote a server.
    pub sentence: String,
    /// What `status` ends with: 0 up to date, 1 failed, late or gone, 6 open quarantine entries.
    pub exit_code: u8,
    /// Something is wrong that trying again has not cured.
    pub is_red: bool,
}

/// What is not where a database was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    /// The file, which a run makes anew.
    File(PathBuf),
    /// The folder that it was in, which nobody makes.
    Folder(PathBuf),
}

/// What a worker knows about a profile besides its history.
#[derive(Debug, Clone, Default)]
pub struct Live {
    /// No runs by themselves, until the time given.
    pub paused: Option<Option<Timestamp>>,
    /// A run is under way here: what it does.
    pub running: Option<String>,
    /// It is due, but others come first.
    pub is_queued: bool,
    /// Another program holds the destination, as far as is known.
    pub is_elsewhere: bool,
    /// The database is not there.
    pub gone: Option<Gone>,
    /// Failed attempts in a row, and the last one's error.
    pub failing: Option<(u32, Kind, RunError)>,
    /// How long until the next run.
    pub next: Option<Duration>,
}

/// By the history, newest run first, and whether the database is `gone`. `wait_s` is how often a run is expected; 0 is never.
pub fn of_history(runs: &[RunRecord], gone: Option<&Gone>, wait_s: u64, now: Timestamp) -> Status {
    let running = runs.first().filter(|run| run.outcome.is_none());
    let prefix = if running.is_some() { "Syncing now · " } else { "" };
    if let Some(gone) = gone.filter(|_| has_stored(runs)) {
        return status(State::Missing, format!("{prefix}Not up to date · {}", missing(gone)));
    }
    let Some(last) = last_telling(runs) else {
        return match running {
            Some(run) => {
                status(State::Syncing, format!("Syncing for the first time · since {}", ago(&run.started, now)))
            }
            None if runs.is_empty() => {
                status(State::Never, "Never synced from here · run `execute-sync push`".to_owned())
            }
            None => status(State::Never, "Never synced completely · run `execute-sync push`".to_owned()),
        };
    };
    let ended = last.finished.as_deref().unwrap_or(&last.started);
    if let Some(problem) = problem(last) {
        let since = last_good(runs, now);
        return status(State::Failed, format!("{prefix}Failed {} · {problem} · {since}", ago(ended, now)));
    }
    if last.outcome == Some(Outcome::Cancelled) {
        let since = last_good(runs, now);
        let done = format!("{prefix}Stopped {} before it was done · {since}", ago(ended, now));
        if last.open_quarantine > 0 {
            return status(State::Quarantine, format!("{done} · {} in quarantine", grouped(last.open_quarantine)));
        }
        return status(State::Stopped, done);
    }
    let age_s = || ended.parse::<Timestamp>().map_or(0, |at| now.duration_since(at).as_secs());
    let wait = i64::try_from(wait_s).unwrap_or(i64::MAX);
    if wait > 0 && running.is_none() && age_s() > wait.saturating_mul(2).saturating_add(GRACE_S) {
        let sentence = format!("Late · last synced {}, expected every {wait} seconds", ago(ended, now));
        return status(State::Late, sentence);
    }
    let documents = if last.documents == 1 { "document" } else { "documents" };
    let changed = format!("{} {documents} changed", grouped(last.documents));
    let done = format!("{prefix}Up to date · synced {} · {changed}", ago(ended, now));
    if last.open_quarantine > 0 {
        return status(State::Quarantine, format!("{done} · {} in quarantine", grouped(last.open_quarantine)));
    }
    status(State::UpToDate, done)
}

/// With what a worker knows besides.
pub fn of_profile(runs: &[RunRecord], live: &Live, now: Timestamp, zone: &TimeZone) -> Status {
    let next = |what: &str| live.next.map(|wait| format!(" · {what} {}", within(wait))).unwrap_or_default();
    let known = || of_history(runs, live.gone.as_ref(), 0, now);
    if let Some(doing) = &live.running {
        return status(State::Syncing, doing.clone());
    }
    if let Some(until) = live.paused {
        let until = until.map_or("you resume it".to_owned(), |until| day_and_time(until, now, zone));
        return Status { exit_code: known().exit_code, ..status(State::Paused, format!("Paused until {until}")) };
    }
    if live.is_queued {
        return status(State::Syncing, "Syncing soon · waits until another profile is done".to_owned());
    }
    if live.is_elsewhere {
        return status(State::Syncing, format!("Syncing in another program{}", next("next look")));
    }
    // A run that was stopped as asked holds an error too, and has not failed.
    let failed = last_telling(runs).filter(|run| run.outcome == Some(Outcome::Failed));
    let stored = failed.and_then(|run| run.error.as_ref());
    let failing = live.failing.clone().or_else(|| stored.map(|error| (1, kind_of(error), error.clone())));
    let Some((in_a_row, kind, error)) = failing else {
        let known = known();
        return if known.state == State::Never {
            status(State::Never, format!("Never synced{}", next("first sync")))
        } else {
            // A run that was killed is tried again before anything turns red.
            Status { is_red: false, sentence: format!("{}{}", known.sentence, next("next")), ..known }
        };
    };
    let message = &error.message;
    let again = next("next try");
    let lasts = in_a_row > 1;
    match kind.next() {
        Next::Stop => status(State::NeedsYou, format!("Needs you · {message}")),
        Next::BackOff | Next::NextTick => {
            Status { is_red: lasts, ..status(State::Offline, format!("Offline · {message}{again}")) }
        }
        Next::BackOffSlowly if lasts || live.next.is_none() => {
            let since = last_good(runs, now);
            status(State::Failed, format!("Failed {} · {message} · {since}{again}", counted(in_a_row.into(), "time")))
        }
        Next::BackOffSlowly => status(State::Retrying, format!("Failed once · {message}{again}")),
    }
}

/// When calculated values were last read with everything else: the source does not send a document again when only such a
/// value changed. To be shown where calculated fields are on.
pub fn calculated_as_of(runs: &[RunRecord]) -> Option<&str> {
    runs.iter().find_map(RunRecord::read_everything)
}

/// Do these runs, the newest ones, say all that a sentence is made of? Older ones then add nothing.
pub fn is_known(runs: &[RunRecord]) -> bool {
    runs.iter().any(RunRecord::is_good)
}

fn status(state: State, sentence: String) -> Status {
    let (exit_code, is_red) = match state {
        State::UpToDate | State::Syncing | State::Paused => (0, false),
        State::Quarantine => (6, false),
        // What a run cannot cure of a missing database, its error tells.
        State::Offline | State::Retrying | State::Late | State::Stopped | State::Missing | State::Never => (1, false),
        State::NeedsYou | State::Failed => (1, true),
    };
    Status { state, sentence, exit_code, is_red }
}

/// A run that was stopped as asked before its first page says nothing about the data: what the run before it said still
/// holds. After a page it is known that there is more.
fn last_telling(runs: &[RunRecord]) -> Option<&RunRecord> {
    runs.iter().find(|run| match run.outcome {
        None => false,
        Some(Outcome::Cancelled) => run.pages > 0,
        Some(Outcome::Succeeded | Outcome::Quarantined | Outcome::Failed | Outcome::Interrupted) => true,
    })
}

/// Has any of these runs left something in the database? A complete one has, if only the state row.
fn has_stored(runs: &[RunRecord]) -> bool {
    runs.iter().any(|run| run.fence.is_some() || run.is_good())
}

/// What is missing, and what to do.
fn missing(gone: &Gone) -> String {
    match gone {
        Gone::File(path) => {
            format!("the database {} is gone · put it back, or the next sync reads everything anew", path.display())
        }
        Gone::Folder(path) => {
            format!("the folder {} of the database is gone · put it back, or connect the disk it is on", path.display())
        }
    }
}

fn problem(last: &RunRecord) -> Option<String> {
    match last.outcome? {
        Outcome::Failed => Some(last.error.as_ref().map_or("the last run failed".to_owned(), |e| e.message.clone())),
        Outcome::Interrupted => {
            Some("the last run was killed; the next one goes on from its last whole page".to_owned())
        }
        Outcome::Succeeded | Outcome::Quarantined | Outcome::Cancelled => None,
    }
}

fn last_good(runs: &[RunRecord], now: Timestamp) -> String {
    let good = runs.iter().find(|run| run.is_good()).and_then(|run| run.finished.as_deref());
    good.map_or("never synced".to_owned(), |at| format!("last synced {}", ago(at, now)))
}

fn kind_of(error: &RunError) -> Kind {
    Kind::ALL.into_iter().find(|kind| kind.code() == error.code).unwrap_or(Kind::Internal)
}

fn ago(at: &str, now: Timestamp) -> String {
    let Ok(at) = at.parse::<Timestamp>() else { return at.to_owned() };
    match now.duration_since(at).as_secs() {
        s if s < 60 => "just now".to_owned(),
        s if s < 3600 => format!("{} min ago", s / 60),
        s if s < 86400 => format!("{} h ago", s / 3600),
        s => format!("{} days ago", s / 86400),
    }
}

/// `in 4 min`, rounded up, so that it never promises too soon a time.
fn within(wait: Duration) -> String {
    match wait.as_secs() {
        0 => "now".to_owned(),
        s if s < 60 => "in less than a minute".to_owned(),
        s if s < 3600 => format!("in {} min", s.div_ceil(60)),
        s if s < 86400 => format!("in {} h", s.div_ceil(3600)),
        s => format!("in {}", counted(s.div_ceil(86400), "day")),
    }
}

/// `14:30`, `tomorrow 07:00`, `3 Dec 07:00`.
fn day_and_time(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (then, today) = (zone.to_datetime(at), zone.to_datetime(now).date());
    if then.date() == today {
        then.strftime("%H:%M").to_string()
    } else if today.tomorrow().is_ok_and(|tomorrow| then.date() == tomorrow) {
        then.strftime("tomorrow %H:%M").to_string()
    } else {
        then.strftime("%-d %b %H:%M").to_string()
    }
}
