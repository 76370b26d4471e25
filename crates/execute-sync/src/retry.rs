//! Trying again within a run: how long to wait, and when to give up.

use std::time::Duration;

use crate::error::{Error, Retry};

/// When to give up. Both numbers count anew after every page that was stored.
#[derive(Debug, Clone, Copy)]
pub struct RetryLimits {
    /// Failed attempts in a row.
    pub attempts: u32,
    /// Time spent waiting between them.
    pub waiting: Duration,
    /// The first pause; each further one is twice as long.
    pub first_pause: Duration,
}

impl Default for RetryLimits {
    fn default() -> Self {
        RetryLimits { attempts: 5, waiting: Duration::from_secs(120), first_pause: Duration::from_secs(1) }
    }
}

/// Counts the failures in a row.
#[derive(Debug)]
pub(crate) struct Attempts {
    limits: RetryLimits,
    failed: u32,
    waited: Duration,
}

impl Attempts {
    pub(crate) fn new(limits: RetryLimits) -> Self {
        Attempts { limits, failed: 0, waited: Duration::ZERO }
    }

    /// A page was stored.
    pub(crate) fn succeeded(&mut self) {
        *self = Attempts::new(self.limits);
    }

    /// How long to wait after `error`; `None` = give up. `jitter` is a number from 0 to 1 that keeps many clients apart.
    pub(crate) fn next_pause(&mut self, error: &Error, jitter: f64) -> Option<Duration> {
        self.failed += 1;
        let doubled = self.limits.first_pause.saturating_mul(1 << self.failed.min(16).saturating_sub(1));
        let back_off = doubled.mul_f64(0.75 + jitter / 2.0);
        let pause = match error.may_retry() {
            Retry::Never => return None,
            Retry::BackOff => back_off,
            // A server may ask for no pause at all, or for one that its clock says is over.
            Retry::After(asked) => asked.max(back_off),
        };
        let total = self.waited.saturating_add(pause);
        if self.failed >= self.limits.attempts || total > self.limits.waiting {
            return None;
        }
        self.waited = total;
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::error::Kind;

    fn unreachable() -> Error {
        Error::new(Kind::SourceUnreachable, "x")
    }

    #[test]
    fn it_gives_up_after_five_failures_in_a_row() {
        let mut attempts = Attempts::new(RetryLimits::default());
        let pauses: Vec<_> = std::iter::from_fn(|| attempts.next_pause(&unreachable(), 0.5)).collect();
        assert_eq!(pauses, [1, 2, 4, 8].map(Duration::from_secs));
        attempts.succeeded();
        assert!(attempts.next_pause(&unreachable(), 0.5).is_some());
    }

    #[test]
    fn what_the_server_asks_for_is_honoured_up_to_two_minutes() {
        let ask = |s| unreachable().retry(Retry::After(Duration::from_secs(s)));
        let mut attempts = Attempts::new(RetryLimits::default());
        assert_eq!(attempts.next_pause(&ask(60), 0.9), Some(Duration::from_secs(60)));
        assert_eq!(attempts.next_pause(&ask(61), 0.9), None, "more than two minutes in all");
        assert_eq!(Attempts::new(RetryLimits::default()).next_pause(&ask(u64::MAX), 0.1), None);
    }

    #[test]
    fn a_server_that_asks_for_no_pause_gets_ours() {
        let mut attempts = Attempts::new(RetryLimits::default());
        let no_pause = || unreachable().retry(Retry::After(Duration::ZERO));
        let pauses: Vec<_> = std::iter::from_fn(|| attempts.next_pause(&no_pause(), 0.5)).collect();
        assert_eq!(pauses, [1, 2, 4, 8].map(Duration::from_secs));
    }

    #[test]
    fn what_cannot_help_is_not_tried() {
        let mut attempts = Attempts::new(RetryLimits::default());
        assert_eq!(attempts.next_pause(&Error::new(Kind::RefusedBySource, "x"), 0.5), None);
    }
}
