//! A time of day, once a day: which day's turn it is, and which days are done. Clocks that jump, days that have the time
//! twice or not at all, neither skip a day nor run one twice.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::Now;

/// So many days are remembered as done: enough for a clock that is put wrong and right again.
const REMEMBERED: usize = 4;

/// A day that comes a second time is run again only when its run was longer ago than this. Half a day, so that two runs
/// are between half a day and one and a half apart whatever happens to the clock.
const SAME_DAY: Duration = Duration::from_secs(12 * 3600);

/// The days of one time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Days {
    at: Time,
    /// The day whose time came last.
    current: Date,
    /// Days that are done, and when they were on the monotonic clock; oldest first.
    done: VecDeque<(Date, Duration)>,
}

impl Days {
    /// From now on. The turn before now counts as missed only if `last`, the newest run, was before it.
    pub(super) fn new(at: Time, last: Option<Timestamp>, now: &Now) -> Days {
        let current = latest(at, now);
        let mut days = Days { at, current, done: VecDeque::new() };
        let missed = last.is_some_and(|last| moment(current, at, &now.zone).is_some_and(|turn| last < turn));
        if !missed {
            days.serve(current, now.monotonic);
        }
        days
    }

    pub(super) fn at(&self) -> Time {
        self.at
    }

    /// To be called whenever the clocks are read.
    pub(super) fn look(&mut self, now: &Now) {
        let current = latest(self.at, now);
        if current > self.current {
            // The clock may have been here before: wrong by a day, or set back over the turn by a second.
            let keep = |done: &(Date, Duration)| done.0 != current || now.monotonic.saturating_sub(done.1) < SAME_DAY;
            self.done.retain(keep);
        }
        self.current = current;
    }

    pub(super) fn is_due(&self) -> bool {
        !self.done.iter().any(|(date, _)| *date == self.current)
    }

    pub(super) fn current(&self) -> Date {
        self.current
    }

    /// The turn of `date` is done, by a run that began at `monotonic`.
    pub(super) fn serve(&mut self, date: Date, monotonic: Duration) {
        self.done.retain(|(done, _)| *done != date);
        self.done.push_back((date, monotonic));
        if self.done.len() > REMEMBERED {
            self.done.pop_front();
        }
    }
}

/// How long until `at` comes next; never zero.
pub(super) fn until(at: Time, now: &Now) -> Duration {
    let mut date = now.zone.to_datetime(now.wall).date();
    // Yesterday's may still come, where a gap moved it over midnight.
    date = date.yesterday().unwrap_or(date);
    for _ in 0..5 {
        if let Some(moment) = moment(date, at, &now.zone)
            && moment > now.wall
        {
            return Duration::try_from(moment.duration_since(now.wall)).unwrap_or(Duration::MAX);
        }
        let Ok(tomorrow) = date.tomorrow() else { break };
        date = tomorrow;
    }
    // The end of the calendar.
    Duration::from_secs(86400)
}

/// The last day whose `at` has come.
fn latest(at: Time, now: &Now) -> Date {
    let mut date = now.zone.to_datetime(now.wall).date();
    for _ in 0..4 {
        if moment(date, at, &now.zone).is_none_or(|moment| moment <= now.wall) {
            return date;
        }
        let Ok(yesterday) = date.yesterday() else { break };
        date = yesterday;
    }
    date
}

/// A time that a day has twice is its first; one that it does not have is as much later as the gap is long.
fn moment(date: Date, at: Time, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(date.to_datetime(at)).compatible().ok()
}
