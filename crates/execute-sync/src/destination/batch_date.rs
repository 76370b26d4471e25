//! The batch date: the start of a run in UTC, whole seconds, never behind the one before it.

use std::fmt;

use jiff::{Timestamp, Unit};

/// Text form `2025-01-31T09:30:00Z`, in which the order of texts is the order of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BatchDate(Timestamp);

impl BatchDate {
    /// The batch date of a run that starts `now`, given the newest one the destination holds: at least a second later,
    /// because clocks step back.
    pub fn after(now: Timestamp, newest: Option<BatchDate>) -> BatchDate {
        let now = now
            .round(Unit::Second)
            .map_or(now, |rounded| if rounded > now { rounded - jiff::SignedDuration::from_secs(1) } else { rounded });
        match newest {
            Some(newest) => BatchDate(now.max(newest.0 + jiff::SignedDuration::from_secs(1))),
            None => BatchDate(now),
        }
    }

    /// Reads the text form; `None` if it is anything else.
    pub fn parse(text: &str) -> Option<BatchDate> {
        let date = BatchDate(text.parse().ok()?);
        (date.to_string() == text).then_some(date)
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
        assert_eq!(BatchDate::after(at("2025-01-31T09:30:05.9Z"), None).to_string(), "2025-01-31T09:30:05Z");
        assert_eq!(BatchDate::after(at("2020-01-01T00:00:00Z"), Some(newest)).to_string(), "2025-01-31T09:30:01Z");
        assert_eq!(BatchDate::after(at("2025-01-31T09:30:00.5Z"), Some(newest)).to_string(), "2025-01-31T09:30:01Z");
        assert_eq!(BatchDate::parse("2025-01-31"), None);
    }
}
