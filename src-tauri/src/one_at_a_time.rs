//! Work of which one goes on at a time and can be stopped: a connection test, an export, the making of a key.

use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Stops the work under way.
#[derive(Default)]
pub(crate) struct OneAtATime {
    newest: Mutex<CancellationToken>,
    /// How many have not ended: one that was stopped takes its time.
    going_on: watch::Sender<usize>,
}

/// Held by work as long as it goes on: what stops it.
pub(crate) struct UnderWay {
    stop: CancellationToken,
    going_on: watch::Sender<usize>,
}

impl OneAtATime {
    /// New work begins, and what was under way is stopped; gives what stops it, to be held until it has ended.
    pub(crate) fn begin(&self) -> UnderWay {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.cancel();
        *newest = CancellationToken::new();
        self.going_on.send_modify(|count| *count += 1);
        UnderWay { stop: newest.clone(), going_on: self.going_on.clone() }
    }

    /// Stops what is under way.
    pub(crate) fn stop(&self) {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).cancel();
    }

    /// Returns once nothing goes on.
    pub(crate) async fn ended(&self) {
        // It fails only without a sender, and we hold one.
        let _ = self.going_on.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Deref for UnderWay {
    type Target = CancellationToken;

    fn deref(&self) -> &CancellationToken {
        &self.stop
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.going_on.send_modify(|count| *count = count.saturating_sub(1));
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

    #[tokio::test]
    async fn it_has_ended_once_nobody_holds_any_of_it() {
        let work = OneAtATime::default();
        work.ended().await;
        let (first, second) = (work.begin(), work.begin());
        drop(second);
        tokio::select! {
            biased;
            () = work.ended() => unreachable!("the first one still tidies up"),
            () = std::future::ready(()) => drop(first),
        }
        work.ended().await;
    }
}
