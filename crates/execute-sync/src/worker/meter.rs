//! What a run has done so far, gathered from its events on whatever thread they come, read by the worker.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::Notify;

use super::Clock;
use crate::history::RunError;
use crate::progress::{Event, Observer, counted, grouped};

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
        let mut parts = vec![if self.is_full_refresh { "Syncing everything anew" } else { "Syncing" }.to_owned()];
        if self.documents > 0 {
            let documents = if self.documents == 1 { "document" } else { "documents" };
            parts.push(format!("{} {documents}", grouped(self.documents)));
        }
        match &self.waiting {
            Some(waiting) => parts.push(waiting.clone()),
            None if self.documents_per_s > 0 => parts.push(format!("{} a second", grouped(self.documents_per_s))),
            None => {}
        }
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
        Progress { documents_per_s: u64::try_from(per_s).unwrap_or(u64::MAX), ..inner.progress.clone() }
    }

    fn note(&self, event: &Event<'_>) {
        let mut inner = self.lock();
        let progress = &mut inner.progress;
        match event {
            Event::Notice(_) | Event::Warning(_) => return,
            Event::Reading { documents, bytes, .. } => {
                let before = progress.documents;
                (progress.documents, progress.bytes, progress.waiting) = (*documents, *bytes, None);
                let now = self.clock.monotonic();
                if inner.samples.back().is_none_or(|(at, _)| now.saturating_sub(*at) >= SAMPLE_EVERY) {
                    inner.samples.push_back((now, before));
                }
                // Bounded also if nobody reads.
                if inner.samples.len() > 64 {
                    inner.samples.pop_front();
                }
            }
            Event::Stored { page, documents } => {
                (progress.pages, progress.documents, progress.waiting) = (*page, *documents, None);
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
