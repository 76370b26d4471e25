//! One run: page → rows → one commit with its checkpoint → next page.
//!
//! Decides order, resume and stop. Knows neither HTTP nor SQL: it stands between a [`Source`] and a [`Destination`].

mod mark_file;
mod outcome;
mod page;
pub mod requeue;
mod start;
mod views;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::destination::view_plan::NameRules;
use crate::destination::{BatchDate, Destination, PageWrite, PageWritten, Refresh, Removals, State};
use crate::error::{Error, Kind, Result};
use crate::history::utc;
use crate::profile::{MarkFileOf, SyncOptions};
use crate::progress::{Event, Observer, Reporter, RunSummary, counted};
use crate::retry::{Attempts, RetryLimits};
use crate::source::schema::Schema;
use crate::source::{LoopGuard, Mark, Page, PageRequest, Source};

pub(crate) use start::same_source;

pub use views::create_views;

/// What a run is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Read on from the checkpoint.
    Push,
    /// Read from the beginning and replace everything.
    FullRefresh {
        /// A person said yes to removing any number of documents, and to another source in this database.
        allow_removals: bool,
    },
}

impl Task {
    /// Is everything read anew?
    pub fn is_full_refresh(self) -> bool {
        matches!(self, Task::FullRefresh { .. })
    }
}

/// How a run treats helper views that cannot be made and a schema that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewDuty {
    /// A warning that names them; documents matter more.
    Warn,
    /// An error before the first page.
    Require,
}

/// Everything a run is given besides its source and destination.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its id in history, logs and the state row.
    pub run_id: String,
    /// The program and machine it runs on.
    pub writer: String,
    /// What to do.
    pub task: Task,
    /// What views mean to it.
    pub views: ViewDuty,
    /// How documents are fetched and stored.
    pub options: SyncOptions,
    /// What the destination's views may be called.
    pub name_rules: NameRules,
    /// The older tool's mark file, adopted once and kept up to date.
    pub mark_file: Option<PathBuf>,
    /// Whose that file is by the configuration.
    pub mark_file_of: MarkFileOf,
    /// When to give up.
    pub retry: RetryLimits,
    /// Number of the last commit this machine knows of; a lower one in the destination means that a backup was put back.
    pub last_fence: Option<i64>,
    /// A run of ours has written the mark file, perhaps for another database: it is not the older tool's word any more.
    /// None where nobody knows.
    pub mark_file_is_ours: Option<bool>,
}

/// How a run ended, and what it had done by then.
#[derive(Debug)]
pub struct Finished {
    /// What was stored.
    pub summary: RunSummary,
    /// `Ok` = the destination has everything up to the source's last mark.
    pub result: Result<()>,
}

/// Runs once. Whatever ends it, whole pages stay and nothing else.
pub async fn run(
    source: &Source,
    destination: &mut dyn Destination,
    job: &Job,
    observer: Observer,
    cancel: &CancellationToken,
) -> Finished {
    let mut run = Run::new(source, job, observer, cancel);
    let result = run.go(destination).await;
    run.mark_file_follows().await;
    let mut summary = run.summary;
    summary.warnings = run.reporter.into_warnings();
    Finished { summary, result }
}

struct Run<'a> {
    source: &'a Source,
    job: &'a Job,
    cancel: &'a CancellationToken,
    reporter: Reporter,
    summary: RunSummary,
    started: Timestamp,
    /// The destination holds rows that another program wrote since our last run.
    take_in: bool,
    /// The mark file being written.
    mark_file: Option<JoinHandle<Result<()>>>,
}

impl<'a> Run<'a> {
    fn new(source: &'a Source, job: &'a Job, observer: Observer, cancel: &'a CancellationToken) -> Self {
        Run {
            source,
            job,
            cancel,
            reporter: Reporter::new(observer),
            summary: RunSummary::of(job.task.is_full_refresh()),
            started: Timestamp::now(),
            take_in: false,
            mark_file: None,
        }
    }

    async fn go(&mut self, destination: &mut dyn Destination) -> Result<()> {
        // Side by side; a database that cannot be used ends it without waiting for the server.
        let schema = async {
            let asked = Instant::now();
            let schema = match self.job.views {
                ViewDuty::Warn => self.schema().await,
                ViewDuty::Require => Ok(self.schema_at_last().await?),
            };
            Ok((schema, asked.elapsed()))
        };
        let (found, (mut schema, schema_took)) = tokio::try_join!(destination.inspect(), schema)?;
        self.summary.open_quarantine = found.open_quarantine;
        // Rows of the older tool count too when its database is taken over: from then on only newer ones are told as foreign.
        self.take_in = found.foreign_rows > 0 || (found.state.is_none() && found.has_documents);
        let start =
            start::decide(&found, self.job, &self.source.settings().url.identity(), &self.source.settings().key_id)?;
        self.summary.reads_everything = start.reads_everything();
        let mut first_page = None;
        if schema.is_err() {
            // Nothing is written before the source has answered: it may be the wrong one.
            first_page = Some(self.page(&start.since()).await?);
            // What was out of reach may be there by now. A server that let us wait for it would do so again, and documents
            // matter more.
            if matches!(&schema, Err(error) if error.kind() == Kind::SourceUnreachable)
                && schema_took < self.source.settings().patience()
            {
                schema = self.schema().await;
            }
        }
        let start = start.confirm()?;
        for notice in &start.notices {
            self.reporter.notice(notice);
        }
        for warning in &start.warnings {
            self.reporter.warn(warning);
        }
        self.summary.left_mark_file = start.leaves_mark_file;
        let mut state = start.state;
        self.summary.full_refresh = state.refresh.is_some();
        if start.adopted && found.has_views_of_others {
            // They are the older tool's, and stay. With a schema that cannot be read just now, the empty text: whichever schema comes first is the one.
            state.views_left_for = Some(schema.as_ref().map_or_else(|_| String::new(), Schema::fingerprint));
        }
        if found.quarantine_missing {
            // Before the table is there again, or a run that ends between the two would leave a gap nobody sees.
            self.write_state(destination, &mut state).await?;
        }
        destination.prepare(Some(&state)).await?;
        let is_new = found.state.is_none() && !found.has_documents;
        self.views(destination, &mut state, schema, is_new).await?;
        if found.has_documents && state.refresh.as_ref().is_some_and(|refresh| refresh.mark.is_none()) {
            self.expect_as_many(destination).await;
        }
        self.pages(destination, state, first_page).await
    }

    /// A refresh that begins anew brings about as many documents as there are; one that goes on has some behind it, and
    /// how many is not known.
    async fn expect_as_many(&self, destination: &mut dyn Destination) {
        let counts = tokio::select! {
            () = self.cancel.cancelled() => return,
            counts = destination.count_documents() => counts,
        };
        // For show alone: a run does not fail because of it.
        if let Ok(counts) = counts {
            self.reporter.tell(&Event::Expecting { documents: counts.iter().map(|(_, count)| count).sum() });
        }
    }

    async fn write_state(&self, destination: &mut dyn Destination, state: &mut State) -> Result<()> {
        destination.write_state(state).await?;
        state.fence += 1;
        Ok(())
    }

    async fn pages(
        &mut self,
        destination: &mut dyn Destination,
        mut state: State,
        mut first: Option<Page>,
    ) -> Result<()> {
        let refresh_at_start = state.refresh.clone();
        let begun_before = state.first_reading;
        // A refresh that goes on keeps its batch date; every other run gets its own with its first page.
        let mut batch_date = refresh_at_start.and_then(|r| r.batch_date);
        let mut guard = LoopGuard::new(&since(&state));
        let mut attempts = Attempts::new(self.job.retry);
        loop {
            let since = since(&state);
            let page = match first.take() {
                Some(page) => Ok(page),
                None => self.request(&since).await,
            };
            let stored = match page {
                Ok(page) => self.store(destination, &state, batch_date, &guard, page).await,
                Err(error) => Err(error),
            };
            let (next, truncated, written) = match stored {
                Ok(stored) => stored,
                Err(error) => {
                    self.pause(&mut attempts, error).await?;
                    continue;
                }
            };
            attempts.succeeded();
            let reached = if next.refresh.is_some() {
                next.refresh.as_ref().and_then(|r| r.mark.clone())
            } else {
                next.mark.clone()
            };
            guard.advance(&since, &reached.unwrap_or_else(Mark::beginning));
            self.count(&written);
            batch_date = written.batch_date;
            if written.committed {
                self.take_in = false;
                state = State { fence: next.fence + 1, batch_date: next.batch_date.max(written.batch_date), ..next };
                if let (Some(refresh), Some(date)) = (&mut state.refresh, written.batch_date) {
                    refresh.batch_date.get_or_insert(date);
                }
            }
            self.summary.fence = Some(state.fence);
            self.follow_mark_file(&state).await;
            log::debug!(
                "Page {}: {} stored, {} quarantined, {} bytes, {}",
                self.summary.pages,
                counted(written.stored, "document"),
                written.quarantined,
                written.bytes,
                if written.committed { "committed" } else { "nothing to commit" }
            );
            self.reporter.tell(&Event::Stored { so_far: &self.summary, is_last: !truncated });
            if !truncated {
                let began = || begun_before.or(batch_date).map_or_else(|| utc(self.started), |date| date.to_string());
                self.summary.read_everything_since = self.summary.reads_everything.then(began);
                return self.complete(destination, &written).await;
            }
        }
    }

    /// Asks for a page until it answers or the attempts are used up.
    async fn page(&mut self, since: &Mark) -> Result<Page> {
        let mut attempts = Attempts::new(self.job.retry);
        loop {
            match self.request(since).await {
                Ok(page) => return Ok(page),
                Err(error) => self.pause(&mut attempts, error).await?,
            }
        }
    }

    async fn request(&self, since: &Mark) -> Result<Page> {
        let request = PageRequest {
            since: since.clone(),
            limit: self.job.options.max_documents,
            include_calcs: self.job.options.include_calcs,
        };
        log::debug!("Asking for up to {} documents after {}", request.limit, request.since);
        tokio::select! {
            // First, or a request may leave although the run was stopped before it began.
            biased;
            () = self.cancel.cancelled() => Err(cancelled()),
            page = self.source.page(&request) => page,
        }
    }

    /// Stores a page; gives the state as it now is but for its fence, and whether there is more.
    async fn store(
        &self,
        destination: &mut dyn Destination,
        state: &State,
        batch_date: Option<BatchDate>,
        guard: &LoopGuard,
        page: Page,
    ) -> Result<(State, bool, PageWritten)> {
        guard.judge(&since(state), &page.mark, page.truncated)?;
        let (mark, truncated) = (page.mark.clone(), page.truncated);
        let ends_refresh = state.refresh.is_some() && !truncated;
        let mut next = State { run_id: self.job.run_id.clone(), writer: self.job.writer.clone(), ..state.clone() };
        match (&mut next.refresh, truncated) {
            (Some(refresh), true) => refresh.mark = Some(mark.clone()),
            _ => next.mark = Some(mark.clone()),
        }
        if ends_refresh {
            next.refresh = None;
        }
        // Kept until its end, so that one which is broken off still counts as one reading.
        let begins = || {
            let is_first = state.refresh.is_none() && state.mark.is_none();
            is_first.then(|| BatchDate::after(self.started, None)).flatten()
        };
        next.first_reading = if truncated { state.first_reading.or_else(begins) } else { None };
        let allowed = state.refresh.as_ref().is_some_and(|refresh| refresh.allow_removals);
        let removals = ends_refresh.then_some(if allowed { Removals::Allowed } else { Removals::Guarded });
        let write = PageWrite {
            // Rows of another program are taken in by a batch date of ours that is newer, even without documents; and a
            // first reading that ends with an empty page has ended.
            skip_if_empty: state.refresh.is_none()
                && state.mark.as_ref() == Some(&mark)
                && state.first_reading == next.first_reading
                && !self.take_in,
            state: next.clone(),
            batch_date,
            now: self.started,
            keep_superseded: self.job.options.keep_superseded,
            page: self.summary.pages + 1,
            removals,
            requeued: Vec::new(),
        };
        let reading = page::Reading {
            limits: destination.limits(self.job.options.chunk_size),
            max_document_bytes: self.source.settings().max_document_bytes,
            asked_for: self.job.options.max_documents,
            on_bad_document: self.job.options.on_bad_document,
            page: write.page,
            documents_before: self.summary.documents,
            bytes_before: self.summary.bytes,
        };
        let (feed, reader) = page::reader(page, reading, self.reporter.observer().clone(), self.cancel.clone());
        // In this order: the destination gets ready while the first lines are read.
        let (written, bytes) = tokio::join!(destination.write_page(write, feed), reader);
        let mut written = written?;
        written.bytes = bytes;
        Ok((next, truncated, written))
    }

    /// Waits before the next attempt.
    ///
    /// # Errors
    /// `error` itself, once there is no point in trying again.
    async fn pause(&mut self, attempts: &mut Attempts, error: Error) -> Result<()> {
        let Some(pause) = attempts.next_pause(&error, rand::random()) else { return Err(error) };
        let wait_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        log::info!("{error}; trying again in {:.1} seconds", Duration::from_millis(wait_ms).as_secs_f64());
        self.reporter.tell(&Event::Retrying { wait_ms, error: &error });
        tokio::select! {
            () = self.cancel.cancelled() => Err(cancelled()),
            () = tokio::time::sleep(pause) => Ok(()),
        }
    }
}

/// Where reading goes on. While a full refresh is under way that is its own mark.
fn since(state: &State) -> Mark {
    let mark = match &state.refresh {
        Some(Refresh { mark, .. }) => mark,
        None => &state.mark,
    };
    mark.clone().unwrap_or_else(Mark::beginning)
}

fn cancelled() -> Error {
    Error::new(Kind::Cancelled, "stopped as asked")
}
