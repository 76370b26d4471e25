//! What has happened to a profile, as far as its schedule must know, and how long an error keeps it back.

use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::days::Days;
use super::{Every, Now, Schedule};
use crate::error::{Kind, Next as AfterError};
use crate::history::{Outcome, RunRecord};

/// Trying again soon: the first pause, and the longest.
const SOON: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(15 * 60));
/// Trying again slowly.
const SLOWLY: (Duration, Duration) = (Duration::from_secs(5 * 60), Duration::from_secs(3600));
/// What only a person can mend may be mended at the other end, where nobody tells us.
const RECHECK: Duration = Duration::from_secs(3600);
/// Another program's run is looked for again after this, where the schedule itself names no earlier tick.
const ELSEWHERE: Duration = Duration::from_secs(60);

/// How a run ended, as far as the schedule must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Everything is in the database.
    Done,
    /// An error; `stored` when whole pages had been stored by then.
    Failed {
        /// Of this kind.
        kind: Kind,
        /// Whole pages had been stored.
        stored: bool,
    },
}

/// Attempts that failed, one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// How many.
    pub in_a_row: u32,
    /// The kind of the last one.
    pub kind: Kind,
    /// What follows from that.
    pub then: AfterError,
}

/// What the run that is under way will have done when it ends well.
#[derive(Debug, Clone, Copy)]
pub struct Began {
    monotonic: Duration,
    daily: Option<Date>,
    refresh: Option<Date>,
}

/// What has happened to a profile.
#[derive(Debug, Clone)]
pub struct Past {
    /// The app started and nothing has run since.
    pub(super) started: bool,
    /// The machine woke and nothing has run since.
    pub(super) woke: bool,
    /// The interval is counted from here on the monotonic clock ...
    counted_from: Duration,
    /// ... of which so much had passed before we came.
    credit: Duration,
    daily: Option<Days>,
    refresh: Option<Days>,
    failure: Option<Failure>,
    held_until: Duration,
}

impl Past {
    /// A profile that comes under its schedule now; `runs` is its history, newest first, and `started` says that the
    /// app has just started with it.
    pub fn new(schedule: &Schedule, runs: &[RunRecord], started: bool, now: &Now) -> Past {
        let at = |text: &str| text.parse::<Timestamp>().ok();
        let last = runs.first().and_then(|run| at(run.finished.as_deref().unwrap_or(&run.started)));
        let done = runs.iter().find(|run| has_done(run)).and_then(|run| at(run.finished.as_deref()?));
        // Where none has ended well, that of the first one's day is still to come.
        let begun = || at(&runs.last()?.started)?.checked_sub(SignedDuration::from_hours(24)).ok();
        let last_daily = done.or_else(begun);
        let is_refresh = |run: &&RunRecord| run.full_refresh && (has_done(run) || run.pages > 0);
        // The very first run reads everything, so the oldest one known will do for a full refresh.
        let last_full = runs.iter().find(is_refresh).or(runs.last()).and_then(|run| at(&run.started));
        let passed = last.map(|last| now.wall.duration_since(last)).unwrap_or_default();
        Past {
            started,
            woke: false,
            counted_from: now.monotonic,
            credit: Duration::try_from(passed).unwrap_or_default(),
            daily: daily_time(schedule).map(|at| Days::new(at, last_daily, now)),
            refresh: schedule.full_refresh_at.map(|at| Days::new(at, last_full, now)),
            failure: None,
            held_until: Duration::ZERO,
        }
    }

    /// To be called whenever the clocks are read, and after the schedule has changed.
    pub fn look(&mut self, schedule: &Schedule, now: &Now) {
        look(&mut self.daily, daily_time(schedule), now);
        look(&mut self.refresh, schedule.full_refresh_at, now);
    }

    /// The machine woke, or its clock jumped forward: however often, one run makes up for it.
    pub fn wake(&mut self) {
        self.woke = true;
    }

    /// The profile, its secret or the app has changed: what failed may work now.
    pub fn forgive(&mut self) {
        self.failure = None;
        self.held_until = Duration::ZERO;
    }

    /// Another program's run ended well just now: the next one is as far off as after one of ours.
    pub fn ran_elsewhere(&mut self, now: &Now) {
        self.forgive();
        (self.counted_from, self.credit) = (now.monotonic, Duration::ZERO);
    }

    /// A run begins.
    pub fn begin(&mut self, now: &Now) -> Began {
        (self.started, self.woke) = (false, false);
        Began {
            monotonic: now.monotonic,
            daily: self.daily.as_ref().map(Days::current),
            refresh: self.refresh.as_ref().map(Days::current),
        }
    }

    /// It ended. `jitter` is a number from 0 to 1 that keeps many clients apart.
    pub fn end(&mut self, began: Began, full_refresh: bool, end: End, now: &Now, jitter: f64) {
        if !matches!(end, End::Failed { kind: Kind::AlreadyRunning, .. }) {
            // Another program's run takes no turn: if it is killed, what was due still is.
            (self.counted_from, self.credit) = (now.monotonic, Duration::ZERO);
        }
        let (daily_done, refresh_done) = match end {
            End::Done => (true, true),
            End::Failed { kind: Kind::Cancelled, .. } => (true, true),
            // A refresh that stored a page goes on by itself, and one that fails for its own reasons must not keep the
            // ordinary runs from their turn.
            End::Failed { kind, stored } => (false, stored || kind.next() == AfterError::BackOffSlowly),
        };
        if let (Some(days), Some(date), true) = (&mut self.daily, began.daily, daily_done) {
            days.serve(date, began.monotonic);
        }
        if let (Some(days), Some(date), true) = (&mut self.refresh, began.refresh, full_refresh && refresh_done) {
            days.serve(date, began.monotonic);
        }
        // A wake while it ran is made up for by it; and who stopped it did not mean to have it begin again.
        self.woke &= !daily_done;
        let kind = match end {
            End::Done => {
                self.forgive();
                return;
            }
            End::Failed { kind, .. } => kind,
        };
        match kind.next() {
            AfterError::NextTick => {
                // Says nothing about what failed before: that waits as long as it did.
                let pause = self.failure.map_or(Duration::ZERO, |failure| pause(failure, jitter));
                let elsewhere = if kind == Kind::Cancelled { Duration::ZERO } else { ELSEWHERE };
                self.held_until = now.monotonic.saturating_add(pause.max(elsewhere));
            }
            then @ (AfterError::Stop | AfterError::BackOff | AfterError::BackOffSlowly) => {
                let in_a_row = self.failure.map_or(0, |failure| failure.in_a_row).saturating_add(1);
                let failure = Failure { in_a_row, kind, then };
                self.held_until = now.monotonic.saturating_add(pause(failure, jitter));
                self.failure = Some(failure);
            }
        }
    }

    /// The attempts that failed since the last good one.
    pub fn failure(&self) -> Option<Failure> {
        self.failure
    }

    pub(super) fn held_until(&self) -> Duration {
        self.held_until
    }

    pub(super) fn interval_left(&self, interval: Duration, now: &Now) -> Duration {
        let left = interval.saturating_sub(self.credit);
        self.counted_from.saturating_add(left).saturating_sub(now.monotonic)
    }

    pub(super) fn daily_is_due(&self) -> bool {
        self.daily.as_ref().is_some_and(Days::is_due)
    }

    pub(super) fn refresh_is_due(&self) -> bool {
        self.refresh.as_ref().is_some_and(Days::is_due)
    }
}

/// What the run was due for needs no other one: it ended well, or a person stopped it. As [`Past::end`] takes it, as far as
/// a record tells.
fn has_done(run: &RunRecord) -> bool {
    run.is_good() || run.outcome == Some(Outcome::Cancelled)
}

fn daily_time(schedule: &Schedule) -> Option<jiff::civil::Time> {
    match schedule.every {
        Every::DailyAt(at) => Some(at),
        Every::Minutes(_) | Every::Manual => None,
    }
}

fn look(days: &mut Option<Days>, at: Option<jiff::civil::Time>, now: &Now) {
    match (days.as_mut(), at) {
        (Some(known), Some(at)) if known.at() == at => known.look(now),
        (_, at) => *days = at.map(|at| Days::new(at, None, now)),
    }
}

/// How long a failure keeps the next attempt back.
fn pause(failure: Failure, jitter: f64) -> Duration {
    let jitter = jitter.clamp(0.0, 1.0);
    let growing = |(first, longest): (Duration, Duration)| {
        let doubled = first.saturating_mul(1 << failure.in_a_row.clamp(1, 16).saturating_sub(1));
        doubled.min(longest).mul_f64(0.75 + jitter / 2.0).min(longest)
    };
    match failure.then {
        AfterError::BackOff => growing(SOON),
        AfterError::BackOffSlowly => growing(SLOWLY),
        AfterError::Stop => RECHECK.mul_f64(0.9 + jitter / 10.0),
        AfterError::NextTick => Duration::ZERO,
    }
}
