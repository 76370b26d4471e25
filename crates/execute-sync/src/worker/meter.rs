//! What a run has done so far, gathered from its events on whatever thread they come, read by the worker.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::Notify;

use super::Clock;
use crate::history::RunError;
use crate::progress::{Event, Observer, counted, doing, grouped, left, time_left};

/// The speed is that of the last seconds.
const SPEED_OVER: Duration = Duration::from_secs(5);
/// Of more events than this a second, speed knows no more.
const SAMPLE_EVERY: Duration = Duration::from_millis(100);

/// What a run has done so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Pages stored.
    pub pages: u64,
    /// Documents read.
    pub documents: u64,
    /// Bytes read, unpacked.
    pub bytes: u64,
    /// Over the last seconds.
    pub documents_per_s: u64,
    /// Type of the last document read.
    pub doc_type: Option<String>,
    /// So many documents are about to come in all; none where that is not known.
    pub expected: Option<u64>,
    /// Seconds until the end, where that can be told.
    pub time_left_s: Option<u64>,
    /// Why it stands still, if it does.
    pub waiting: Option<String>,
    /// It replaces everything.
    pub is_full_refresh: bool,
    /// It was told to stop.
    pub is_stopping: bool,
}

impl Progress {
    /// In a sentence.
    pub(super) fn sentence(&self) -> String {
        if self.is_stopping {
            return "Stopping · whole pages stay".to_owned();
        }
        let mut parts = vec![doing(self.is_full_refresh, self.documents)];
        match &self.waiting {
            Some(waiting) => parts.push(waiting.clone()),
            None if self.documents_per_s > 0 => parts.push(format!("{} a second", grouped(self.documents_per_s))),
            None => {}
        }
        parts.extend(self.time_left_s.map(|left_s| left(Duration::from_secs(left_s))));
        parts.join(" · ")
    }
}

/// Wakes the worker when a meter has news; once until the worker has looked.
#[derive(Default)]
pub(super) struct News {
    pub(super) notify: Notify,
    pub(super) pending: AtomicBool,
}

impl News {
    fn tell(&self) {
        if !self.pending.swap(true, Ordering::Relaxed) {
            self.notify.notify_one();
        }
    }
}

#[derive(Default)]
struct Inner {
    progress: Progress,
    samples: VecDeque<(Duration, u64)>,
    /// When the first documents came.
    first: Option<Duration>,
}

/// One run's.
pub(super) struct Meter {
    inner: Mutex<Inner>,
    clock: Arc<dyn Clock>,
    news: Arc<News>,
}

impl Meter {
    pub(super) fn new(is_full_refresh: bool, clock: Arc<dyn Clock>, news: Arc<News>) -> Arc<Meter> {
        let progress = Progress { is_full_refresh, ..Progress::default() };
        Arc::new(Meter { inner: Mutex::new(Inner { progress, ..Inner::default() }), clock, news })
    }

    pub(super) fn observer(self: &Arc<Meter>) -> Observer {
        let meter = Arc::clone(self);
        Arc::new(move |event| meter.note(event))
    }

    /// What is known, with the speed as it is at `now`.
    pub(super) fn read(&self, now: Duration) -> Progress {
        let mut inner = self.lock();
        while inner.samples.front().is_some_and(|(at, _)| now.saturating_sub(*at) > SPEED_OVER) {
            inner.samples.pop_front();
        }
        let read = inner.samples.front().map_or(0, |(_, first)| inner.progress.documents.saturating_sub(*first));
        let span_ms = inner.samples.front().map_or(0, |(at, _)| now.saturating_sub(*at).as_millis());
        let per_s = u128::from(read) * 1000 / span_ms.max(1000);
        let progress = &inner.progress;
        let took = inner.first.map(|first| now.saturating_sub(first)).filter(|_| progress.waiting.is_none());
        let left = took.zip(progress.expected).and_then(|(took, all)| time_left(progress.documents, all, took));
        Progress {
            documents_per_s: u64::try_from(per_s).unwrap_or(u64::MAX),
            time_left_s: left.map(|left| left.as_secs()),
            ..progress.clone()
        }
    }

    fn note(&self, event: &Event<'_>) {
        let mut inner = self.lock();
        let progress = &mut inner.progress;
        match event {
            Event::Notice(_) | Event::Warning(_) => return,
            // Only those that read everything tell it, whatever they were asked for.
            Event::Expecting { documents } => (progress.expected, progress.is_full_refresh) = (Some(*documents), true),
            Event::Reading { documents, bytes, doc_type, .. } => {
                let before = progress.documents;
                // Documents of a type come together, so a name is seldom another one.
                if doc_type.is_some() && progress.doc_type.as_deref() != *doc_type {
                    progress.doc_type = doc_type.map(str::to_owned);
                }
                (progress.documents, progress.bytes, progress.waiting) = (*documents, *bytes, None);
                let now = self.clock.monotonic();
                inner.first.get_or_insert(now);
                if inner.samples.back().is_none_or(|(at, _)| now.saturating_sub(*at) >= SAMPLE_EVERY) {
                    inner.samples.push_back((now, before));
                }
                // Bounded also if nobody reads.
                if inner.samples.len() > 64 {
                    inner.samples.pop_front();
                }
            }
            Event::Stored { so_far, .. } => {
                (progress.pages, progress.documents, progress.waiting) = (so_far.pages, so_far.documents, None);
            }
            Event::Waiting(text) => progress.waiting = Some((*text).to_owned()),
            Event::Retrying { wait_ms, error } => {
                let seconds = counted(wait_ms.div_ceil(1000), "second");
                let message = RunError::from(*error).message;
                progress.waiting = Some(format!("{message} · trying again in {seconds}"));
            }
        }
        drop(inner);
        self.news.tell();
    }

    /// A thread that panicked with the lock held leaves numbers that are still good to show.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::schedule::Now;

    /// Its time is set by hand.
    #[derive(Default)]
    struct ByHand(Mutex<Duration>);

    impl Clock for ByHand {
        fn now(&self) -> Now {
            Now { monotonic: self.monotonic(), wall: jiff::Timestamp::UNIX_EPOCH, zone: jiff::tz::TimeZone::UTC }
        }

        fn monotonic(&self) -> Duration {
            *self.0.lock().unwrap()
        }
    }

    #[test]
    fn type_and_time_left_are_told_as_long_as_they_are_true() {
        let clock = Arc::new(ByHand::default());
        let meter = Meter::new(false, clock.clone(), Arc::default());
        let read = |documents, doc_type| {
            meter.note(&Event::Reading { page: 1, documents, bytes: 1, doc_type });
            meter.read(clock.monotonic())
        };
        let pass = |s| *clock.0.lock().unwrap() += Duration::from_secs(s);
        assert_eq!(read(10, Some("AFE")).doc_type.as_deref(), Some("AFE"));
        pass(20);
        assert_eq!(read(20, None).doc_type.as_deref(), Some("AFE"), "a block without a document that can be read");
        assert_eq!(meter.read(clock.monotonic()).time_left_s, None, "nobody knows how many will come");
        meter.note(&Event::Expecting { documents: 200 });
        let known = read(100, Some("WELL"));
        assert_eq!((known.doc_type.as_deref(), known.expected, known.time_left_s), (Some("WELL"), Some(200), Some(20)));
        assert!(known.is_full_refresh, "whatever was asked for");
        assert!(known.sentence().ends_with("a second · less than a minute left"), "{}", known.sentence());
        meter.note(&Event::Waiting("Waiting: the file is locked"));
        assert_eq!(meter.read(clock.monotonic()).time_left_s, None, "it stands still");
        assert_eq!(read(201, Some("WELL")).time_left_s, None, "more has come than was expected");
    }
}
