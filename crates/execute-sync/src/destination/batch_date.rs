//! The batch date: the start of a run in UTC, whole seconds, never behind the one before it.

use std::fmt;

use jiff::{SignedDuration, Timestamp, Unit};

/// Batch dates end before this one, a year before the last time there is a word for: so there is room for one that is later.
const END: &str = "9999-01-01T00:00:00Z";

/// Text form `2025-01-31T09:30:00Z`, in which the order of texts is the order of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BatchDate(Timestamp);

impl BatchDate {
    /// The batch date of a run that starts `now`, given the newest one the destination holds: at least a second later,
    /// because clocks step back. `None` where no batch date is left.
    pub fn after(now: Timestamp, newest: Option<BatchDate>) -> Option<BatchDate> {
        let second = SignedDuration::from_secs(1);
        let now = now.round(Unit::Second).map_or(now, |rounded| if rounded > now { rounded - second } else { rounded });
        let next = match newest {
            Some(newest) => now.max(newest.0.checked_add(second).ok()?),
            None => now,
        };
        BatchDate::parse(&BatchDate(next).to_string())
    }

    /// Reads the text form; `None` if it is anything else.
    pub fn parse(text: &str) -> Option<BatchDate> {
        let date = BatchDate(text.parse().ok()?);
        (date.to_string() == text && text < END).then_some(date)
    }
}

impl fmt::Display for BatchDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn it_never_goes_back() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let newest = BatchDate::parse("2025-01-31T09:30:00Z").unwrap();
        let after = |now, newest| BatchDate::after(at(now), newest).unwrap().to_string();
        assert_eq!(after("2025-01-31T09:30:05.9Z", None), "2025-01-31T09:30:05Z");
        assert_eq!(after("2020-01-01T00:00:00Z", Some(newest)), "2025-01-31T09:30:01Z");
        assert_eq!(after("2025-01-31T09:30:00.5Z", Some(newest)), "2025-01-31T09:30:01Z");
        assert_eq!(BatchDate::parse("2025-01-31"), None);
    }
    #[test]
    fn it_ends_before_there_is_no_later_one() {
        let last = BatchDate::parse("9998-12-31T23:59:59Z").unwrap();
        assert_eq!(BatchDate::after(Timestamp::UNIX_EPOCH, Some(last)), None);
        assert_eq!(BatchDate::after(Timestamp::MAX, None), None);
        for text in ["9999-01-01T00:00:00Z", "9999-12-30T21:59:59Z", "9999-12-30T22:00:00Z", "9999-12-31T23:59:59Z"] {
            assert_eq!(BatchDate::parse(text), None, "{text}");
        }
    }
}
