//! When a profile runs: the plan a person makes, and what is due by it. Pure: clocks and chance are arguments.
//!
//! Intervals and pauses are measured on the monotonic clock, which no one sets. Times of day are looked up on the wall
//! clock each time anew, so a clock that is set, a summer time or a journey takes effect at the next look. Waiting is
//! not here: the worker does that.

mod days;
mod past;
#[cfg(test)]
mod tests;
mod watch;

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use past::{Began, End, Failure, Past};
pub use watch::{Jump, Watch};

use crate::error::Next as AfterError;

/// When a profile runs by itself. Times of day are local.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// How often.
    pub every: Every,
    /// Only at these times of day; a window that ends before it begins spans midnight.
    pub within: Option<Within>,
    /// Also when the app starts.
    pub on_start: bool,
    /// Also when the machine wakes. A clock that is set forward looks the same, and is taken for it. Without this an
    /// interval goes on where it stood; a daily run that was slept through is made up for either way.
    pub on_wake: bool,
    /// A full refresh once a day at this time, also outside `within`: calculated values change without a new version.
    /// One that was missed is made up for once.
    pub full_refresh_at: Option<Time>,
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// So many minutes after the last run ended; at least 1.
    Minutes(u32),
    /// Once a day at this time.
    DailyAt(Time),
    /// By hand, and at start and wake where these are on; nothing is tried again by itself.
    Manual,
}

/// A part of the day; all of it when both ends are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// From this time on.
    pub from: Time,
    /// Up to but not including this time.
    pub until: Time,
}

/// The longest interval, 7 days: whoever wants a longer one syncs by hand.
pub const MOST_MINUTES: u32 = 7 * 24 * 60;

/// When everything is read again each night, unless somebody says otherwise: few people work then.
pub const NIGHTLY: Time = jiff::civil::time(2, 30, 0, 0);

impl Default for Schedule {
    fn default() -> Self {
        Schedule { every: Every::Minutes(10), within: None, on_start: true, on_wake: true, full_refresh_at: None }
    }
}

impl Schedule {
    /// For so long it may be without a run by its own rules; none where nobody expects one.
    pub fn longest_gap(&self) -> Option<Duration> {
        let day = Duration::from_secs(26 * 3600);
        match (self.every, self.within) {
            (Every::Manual, _) => None,
            (Every::DailyAt(_), _) | (Every::Minutes(_), Some(_)) => Some(day),
            (Every::Minutes(minutes), None) => Some(Duration::from_secs(120 * u64::from(minutes) + 3600)),
        }
    }
}

/// What the clocks say at one moment.
#[derive(Debug, Clone)]
pub struct Now {
    /// Since some moment before the worker started; never goes back, and on some systems stands still in sleep.
    pub monotonic: Duration,
    /// What the system takes for the time; may jump either way.
    pub wall: Timestamp,
    /// Where the person is.
    pub zone: TimeZone,
}

/// Why a run is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The app started.
    Start,
    /// The machine woke.
    Wake,
    /// The interval is over.
    Interval,
    /// It is the time of day.
    Daily,
    /// It is the time of the full refresh.
    FullRefresh,
    /// The last one failed.
    Retry,
}

/// The next run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// How long until then, if no clock jumps; zero when it is due.
    pub wait: Duration,
    /// Why.
    pub reason: Reason,
    /// Everything anew.
    pub full_refresh: bool,
}

/// The next run by itself, if there will be one. Ask again after any wait: a clock may have jumped.
pub fn next(schedule: &Schedule, past: &Past, now: &Now) -> Option<Next> {
    let push = push(schedule, past, now).map(|mut next| {
        next.wait = opening(schedule.within, next.wait, now);
        next
    });
    let refresh = schedule.full_refresh_at.map(|at| {
        let due = if past.refresh_is_due() { Duration::ZERO } else { days::until(at, now) };
        Next { wait: due.max(held(past, now)), reason: Reason::FullRefresh, full_refresh: true }
    });
    match (push, refresh) {
        // A full refresh brings what a push would have brought.
        (Some(push), Some(refresh)) if refresh.wait <= push.wait => Some(refresh),
        (None, refresh) => refresh,
        (push, _) => push,
    }
}

fn push(schedule: &Schedule, past: &Past, now: &Now) -> Option<Next> {
    let next = |wait, reason| Some(Next { wait, reason, full_refresh: false });
    if schedule.every == Every::Manual {
        // What failed is not tried again by itself, and so keeps nothing back.
        return match past {
            past if past.started && schedule.on_start => next(Duration::ZERO, Reason::Start),
            past if past.woke && schedule.on_wake => next(Duration::ZERO, Reason::Wake),
            _ => None,
        };
    }
    if let Some(failure) = past.failure() {
        // The network may well be back after a sleep; a refused key is refused as before.
        let woke = past.woke && schedule.on_wake && failure.then == AfterError::BackOff;
        return next(if woke { Duration::ZERO } else { held(past, now) }, Reason::Retry);
    }
    let held = held(past, now);
    if past.started && schedule.on_start {
        return next(held, Reason::Start);
    }
    if past.woke && schedule.on_wake {
        return next(held, Reason::Wake);
    }
    match schedule.every {
        Every::Minutes(minutes) => next(held.max(past.interval_left(interval(minutes), now)), Reason::Interval),
        Every::DailyAt(_) if past.daily_is_due() => next(held, Reason::Daily),
        Every::DailyAt(at) => next(held.max(days::until(at, now)), Reason::Daily),
        Every::Manual => None,
    }
}

fn interval(minutes: u32) -> Duration {
    Duration::from_secs(60 * u64::from(minutes.max(1)))
}

/// How long the last run's end keeps the next one back.
fn held(past: &Past, now: &Now) -> Duration {
    past.held_until().saturating_sub(now.monotonic)
}

/// `wait`, or until the window opens if it is closed then.
fn opening(within: Option<Within>, wait: Duration, now: &Now) -> Duration {
    let Some(within) = within else { return wait };
    let Ok(then) = now.wall.checked_add(wait) else { return wait };
    if is_open(within, now.zone.to_datetime(then).time()) {
        return wait;
    }
    wait.saturating_add(days::until(within.from, &Now { wall: then, ..now.clone() }))
}

fn is_open(within: Within, time: Time) -> bool {
    let (from, until) = (within.from, within.until);
    if from < until { from <= time && time < until } else { from == until || from <= time || time < until }
}
