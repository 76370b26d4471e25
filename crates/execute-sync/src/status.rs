//! A profile's state as one sentence: the same in the window, the tray, a notification and `status`.
//!
//! Judged from the history and from what else is known ([`Live`]): the command line knows the pause and the schedule of a
//! profile, a worker also what it is about to do. Nothing is green while something is wrong, and nothing red that a retry may
//! still cure.

#[cfg(test)]
mod tests;
mod under_way;

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::error::{Kind, Next};
use crate::history::{Outcome, RunError, RunRecord};
use crate::progress::{counted, grouped};
use crate::schedule::{Every, Schedule};
use under_way::under_way;

/// A run may be this much late before it counts: a long page, a busy machine.
const GRACE_S: u64 = 15 * 60;

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

/// How often a run is expected, for who does not see whether somebody is there to start it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Without a run for longer than this it is late.
    within: Duration,
    /// `every 600 seconds`.
    how_often: String,
}

impl Expected {
    /// Every so many seconds; 0 is never.
    pub fn every(wait_s: u64) -> Option<Expected> {
        let within = Duration::from_secs(wait_s.saturating_mul(2).saturating_add(GRACE_S));
        (wait_s > 0).then(|| Expected { within, how_often: format!("every {wait_s} seconds") })
    }

    /// By the schedule of a profile.
    pub fn by(schedule: &Schedule) -> Option<Expected> {
        let how_often = match (schedule.every, schedule.within) {
            (Every::Minutes(minutes), None) => return Expected::every(60 * u64::from(minutes.max(1))),
            (Every::Minutes(_), Some(hours)) => {
                format!("from {} to {}", hours.from.strftime("%H:%M"), hours.until.strftime("%H:%M"))
            }
            (Every::DailyAt(at), _) => format!("every day at {}", at.strftime("%H:%M")),
            (Every::Manual, _) => return None,
        };
        Some(Expected { within: schedule.longest_gap()?, how_often })
    }
}

/// What is known about a profile besides its history.
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
    /// Failed attempts in a row, and the last one's error; none = as the history tells.
    pub failing: Option<(u32, Kind, RunError)>,
    /// How long until the next run, where that is known.
    pub next: Option<Duration>,
    /// How often a run is expected. Not for who starts the runs.
    pub expected: Option<Expected>,
}

/// By the history, newest run first, and what else is known.
pub fn of_profile(runs: &[RunRecord], live: &Live, now: Timestamp, zone: &TimeZone) -> Status {
    if let Some(doing) = &live.running {
        return status(State::Syncing, doing.clone());
    }
    let is_under_way = runs.first().is_some_and(|run| run.outcome.is_none());
    if let Some(until) = live.paused.filter(|_| !is_under_way) {
        let until = until.map_or("you resume it".to_owned(), |until| day_and_time(until, now, zone));
        let known = known(runs, &Live { expected: None, ..live.clone() }, now);
        // A pause explains why nothing is synced, not where the database went.
        let more = live.gone.as_ref().filter(|_| known.state == State::Missing);
        let more = more.map(|gone| format!(" · {}", missing(gone))).unwrap_or_default();
        return Status { exit_code: known.exit_code, ..status(State::Paused, format!("Paused until {until}{more}")) };
    }
    if live.is_queued {
        return status(State::Syncing, "Syncing soon · waits until another profile is done".to_owned());
    }
    if live.is_elsewhere {
        return status(State::Syncing, format!("Syncing in another program{}", next(live, "next look")));
    }
    known(runs, live, now)
}

/// What the runs so far say of the data.
fn known(runs: &[RunRecord], live: &Live, now: Timestamp) -> Status {
    match runs.split_first() {
        Some((run, before)) if run.outcome.is_none() => under_way(run, before, live, now),
        _ => so_far(runs, live, now),
    }
}

/// The same, of runs that have ended.
fn so_far(runs: &[RunRecord], live: &Live, now: Timestamp) -> Status {
    match live.failing.clone().or_else(|| failing(runs)) {
        Some((in_a_row, kind, error)) => failed(in_a_row, kind, &error, runs, live, now),
        None => ended(runs, live, now),
    }
}

/// Attempts that failed one after another, as the history has them, and the last one's error.
pub(crate) fn failing(runs: &[RunRecord]) -> Option<(u32, Kind, RunError)> {
    let has_failed = |run: &&RunRecord| run.outcome == Some(Outcome::Failed);
    // A run that was stopped as asked holds an error too, and has not failed.
    let error = last_telling(runs).filter(has_failed)?.error.clone()?;
    let in_a_row = runs.iter().take_while(|run| !run.is_good()).filter(has_failed).count();
    Some((u32::try_from(in_a_row).unwrap_or(u32::MAX), kind_of(&error), error))
}

fn failed(in_a_row: u32, kind: Kind, error: &RunError, runs: &[RunRecord], live: &Live, now: Timestamp) -> Status {
    let message = &error.message;
    let again = next(live, "next try");
    let lasts = in_a_row > 1;
    match kind.next() {
        Next::Stop => status(State::NeedsYou, format!("Needs you · {message}")),
        Next::BackOff | Next::NextTick => {
            Status { is_red: lasts, ..status(State::Offline, format!("Offline · {message}{again}")) }
        }
        Next::BackOffSlowly if lasts || (live.next.is_none() && live.expected.is_none()) => {
            let since = last_good(runs, now);
            status(State::Failed, format!("Failed {} · {message} · {since}{again}", counted(in_a_row.into(), "time")))
        }
        Next::BackOffSlowly => status(State::Retrying, format!("Failed once · {message}{again}")),
    }
}

/// Where no failure is known by its error.
fn ended(runs: &[RunRecord], live: &Live, now: Timestamp) -> Status {
    let next_run = next(live, "next");
    let Some(last) = last_telling(runs) else {
        let never = if runs.is_empty() {
            ("Never synced", next(live, "first sync"))
        } else {
            ("Never synced completely", next_run)
        };
        return status(State::Never, format!("{}{}", never.0, never.1));
    };
    if let Some(gone) = live.gone.as_ref().filter(|_| has_stored(runs)) {
        return status(State::Missing, format!("Not up to date · {}{next_run}", missing(gone)));
    }
    let at = last.finished.as_deref().unwrap_or(&last.started);
    let when = ago(at, now);
    let in_quarantine = in_quarantine(last);
    let or_quarantine = |state| if last.open_quarantine > 0 { State::Quarantine } else { state };
    match last.outcome {
        Some(Outcome::Failed | Outcome::Interrupted) => {
            let sentence = format!("Failed {when} · {} · {}{next_run}", problem(last), last_good(runs, now));
            // A run that was killed is tried again before anything turns red.
            Status { is_red: false, ..status(State::Failed, sentence) }
        }
        Some(Outcome::Cancelled) => {
            let since = last_good(runs, now);
            let sentence = format!("Stopped {when} before it was done · {since}{in_quarantine}{next_run}");
            status(or_quarantine(State::Stopped), sentence)
        }
        Some(Outcome::Succeeded | Outcome::Quarantined) | None => {
            let passed = at.parse::<Timestamp>().map(|at| now.duration_since(at)).unwrap_or_default();
            let is_late =
                |expected: &&Expected| Duration::try_from(passed).is_ok_and(|passed| passed > expected.within);
            if let Some(expected) = live.expected.as_ref().filter(is_late) {
                return status(State::Late, format!("Late · last synced {when}, expected {}", expected.how_often));
            }
            let documents = if last.documents == 1 { "document" } else { "documents" };
            // Of everything that there is, nobody knows what has changed.
            let came = if last.is_of_everything() { "read" } else { "changed" };
            let came = format!("{} {documents} {came}", grouped(last.documents));
            let sentence = format!("Up to date · synced {when} · {came}{in_quarantine}{next_run}");
            status(or_quarantine(State::UpToDate), sentence)
        }
    }
}

fn in_quarantine(run: &RunRecord) -> String {
    match run.open_quarantine {
        0 => String::new(),
        open => format!(" · {} in quarantine", grouped(open)),
    }
}

/// `what` comes in so long, where that is known.
fn next(live: &Live, what: &str) -> String {
    live.next.map(|wait| format!(" · {what} {}", within(wait))).unwrap_or_default()
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

fn problem(last: &RunRecord) -> &str {
    if last.outcome == Some(Outcome::Interrupted) {
        return "the last run was killed; the next one goes on from its last whole page";
    }
    last.error.as_ref().map_or("the last run failed", |error| &error.message)
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
        s => format!("{} ago", counted(s.unsigned_abs() / 86400, "day")),
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
