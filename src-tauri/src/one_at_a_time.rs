//! Work of which one goes on at a time and can be stopped: a connection test, an export.

use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// Stops the work under way.
#[derive(Default)]
pub(crate) struct OneAtATime(Mutex<CancellationToken>);

impl OneAtATime {
    /// New work begins, and what was under way is stopped; gives what stops it.
    pub(crate) fn begin(&self) -> CancellationToken {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.cancel();
        *under_way = CancellationToken::new();
        under_way.clone()
    }

    /// Stops what is under way.
    pub(crate) fn stop(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_work_stops_what_was_under_way_and_a_stop_reaches_the_newest_alone() {
        let work = OneAtATime::default();
        let (first, second) = (work.begin(), work.begin());
        assert!(first.is_cancelled() && !second.is_cancelled());
        work.stop();
        assert!(second.is_cancelled());
        assert!(!work.begin().is_cancelled());
    }
}
