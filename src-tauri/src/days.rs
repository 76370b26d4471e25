//! Runs counted by day, for the chart: at a run a minute, a month of them is far more than a window should be sent.

use std::collections::BTreeMap;

use execute_sync::history::{Outcome, RunRecord};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, ZonedDateTime};

use crate::contract::DayOfRuns;

/// Days that the chart shows, today among them.
const DAYS: i64 = 30;

/// When the first of the days began.
pub(crate) fn begin(now: &ZonedDateTime) -> Timestamp {
    let midnight = first(now).to_zoned_datetime(now.time_zone().clone());
    midnight.map_or(Timestamp::MIN, |midnight| midnight.timestamp())
}

/// The last days up to `now`, as its time zone has them, oldest first; days without a run are there with zeros. Runs that
/// were stopped as asked, or go on, count as none.
pub(crate) fn by_day(runs: &[RunRecord], now: &ZonedDateTime) -> Vec<DayOfRuns> {
    let shown = first(now).series(1.day()).take_while(|day| *day <= now.date());
    let mut days: BTreeMap<Date, DayOfRuns> = shown.map(|day| (day, none(day))).collect();
    for run in runs {
        let Ok(started) = run.started.parse::<Timestamp>() else { continue };
        let Some(day) = days.get_mut(&now.time_zone().to_datetime(started).date()) else { continue };
        match run.outcome {
            Some(Outcome::Succeeded) => day.good += 1,
            Some(Outcome::Quarantined) => day.quarantined += 1,
            Some(Outcome::Failed | Outcome::Interrupted) => day.failed += 1,
            Some(Outcome::Cancelled) | None => {}
        }
    }
    days.into_values().collect()
}

fn first(now: &ZonedDateTime) -> Date {
    now.date().saturating_sub((DAYS - 1).days())
}

fn none(day: Date) -> DayOfRuns {
    DayOfRuns { day: day.to_string(), good: 0, quarantined: 0, failed: 0 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn run(started: &str, outcome: Option<Outcome>) -> RunRecord {
        RunRecord { started: started.to_owned(), outcome, ..RunRecord::default() }
    }

    fn now(text: &str) -> ZonedDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_without_a_run_is_there_an_older_run_is_not() {
        let now = now("2025-11-23T12:00:00-07:00[America/Edmonton]");
        let runs = [
            run("2025-11-23T18:00:00Z", None),
            run("2025-11-23T17:00:00Z", Some(Outcome::Cancelled)),
            run("2025-11-23T16:00:00Z", Some(Outcome::Failed)),
            run("2025-11-23T15:00:00Z", Some(Outcome::Interrupted)),
            run("2025-11-23T14:00:00Z", Some(Outcome::Succeeded)),
            run("2025-11-22T14:00:00Z", Some(Outcome::Quarantined)),
            run("2025-08-25T14:00:00Z", Some(Outcome::Succeeded)),
            run("no time", Some(Outcome::Succeeded)),
        ];
        let days = by_day(&runs, &now);
        assert_eq!((days.len(), days[0].day.as_str(), days[29].day.as_str()), (30, "2025-10-25", "2025-11-23"));
        let counts = |day: &DayOfRuns| (day.good, day.quarantined, day.failed);
        assert_eq!((counts(&days[29]), counts(&days[28])), ((1, 0, 2), (0, 1, 0)));
        assert!(days[..28].iter().all(|day| counts(day) == (0, 0, 0)));
    }

    #[test]
    fn a_day_is_the_persons_also_where_it_has_23_or_25_hours() {
        // Seven hours west of Greenwich the evening's runs are of a day that UTC has left behind.
        let evening = now("2025-11-03T20:00:00-07:00[America/Edmonton]");
        let runs = [
            run("2025-11-04T03:00:00Z", Some(Outcome::Succeeded)),
            // The clocks went back on the 2nd: its last and its first moment, and the one before.
            run("2025-11-03T06:59:59Z", Some(Outcome::Succeeded)),
            run("2025-11-02T06:00:00Z", Some(Outcome::Succeeded)),
            run("2025-11-02T05:59:59Z", Some(Outcome::Succeeded)),
        ];
        let good: Vec<u64> = by_day(&runs, &evening)[27..].iter().map(|day| day.good).collect();
        assert_eq!(good, [1, 2, 1]);
        assert_eq!(begin(&evening).to_string(), "2025-10-05T06:00:00Z");

        // Here the clocks go forward at midnight, so that the day begins at one.
        let month_later = now("2025-04-28T12:00:00+03:00[Asia/Beirut]");
        assert_eq!(by_day(&[], &month_later)[0].day, "2025-03-30");
        assert_eq!(begin(&month_later).to_string(), "2025-03-29T22:00:00Z");
    }
}
