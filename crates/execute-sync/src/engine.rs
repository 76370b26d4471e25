//! The engine: what both shells hold. The only place where source, destination, lock and history come together.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::destination::sqlite::{Sqlite, Waiting};
use crate::destination::view_plan::NameRules;
use crate::destination::{Destination, QuarantineEntry, QuarantineFilter, ViewReport};
use crate::error::{Error, Kind, Result};
use crate::history::{History, Outcome, RunError, RunRecord, utc};
use crate::logging;
use crate::paths::{StateDir, folder_of, real_file};
use crate::profile::{DestinationSettings, MarkFileOf, SourceSettings, StoredProfile, SyncOptions};
use crate::progress::{Event, Observer, RunSummary};
use crate::retry::RetryLimits;
use crate::run_lock::RunLock;
use crate::source::{Sign, Source};
use crate::status::Gone;
use crate::sync::requeue::{self, Requeued};
use crate::sync::{self, Finished, Job, Task, ViewDuty};

pub mod check;
mod not_begun;
pub mod removal;

/// How long a locked database is waited for.
const LOCKED_LIMIT: Duration = Duration::from_secs(120);

/// One destination and the folder that keeps its lock and history.
#[derive(Debug, Clone)]
pub struct Engine {
    destination: DestinationSettings,
    state: StateDir,
    mark_file: Option<PathBuf>,
    mark_file_of: MarkFileOf,
}

/// What a run is asked to do.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// Read on, or everything anew.
    pub task: Task,
    /// What helper views mean to it.
    pub views: ViewDuty,
}

impl Engine {
    /// The engine for the configuration of the older tool: its state folder also holds the mark file, which is adopted
    /// once and then follows every commit, unless it is of another database.
    pub fn with_mark_file(destination: DestinationSettings, state_dir: &Path, mark_file_of: MarkFileOf) -> Self {
        let state = StateDir::new(state_dir);
        Engine { destination, mark_file: Some(state.mark_file()), mark_file_of, state }
    }

    /// The engine for a destination that no older tool has to do with.
    pub fn without_mark_file(destination: DestinationSettings, state_dir: &Path) -> Self {
        Engine { destination, state: StateDir::new(state_dir), mark_file: None, mark_file_of: MarkFileOf::Unknown }
    }

    /// The engine of a profile that is written down, for this destination and state folder: `stored`'s own, or others that
    /// flags gave.
    pub fn for_profile(stored: &StoredProfile, destination: DestinationSettings, state_dir: &Path) -> Self {
        if stored.follows_mark_file() {
            Engine::with_mark_file(destination, state_dir, MarkFileOf::Unknown)
        } else {
            Engine::without_mark_file(destination, state_dir)
        }
    }

    /// Syncs once. Whatever ends it, whole pages stay and nothing else. Told in the log and recorded in the history.
    pub async fn run(
        &self,
        source: SourceSettings,
        options: &SyncOptions,
        order: Order,
        observer: Observer,
        cancel: &CancellationToken,
    ) -> Finished {
        let run_id = format!("{:016x}", rand::random::<u64>());
        logging::of_run(&run_id, self.run_as(&run_id, source, options, order, observer, cancel)).await
    }

    async fn run_as(
        &self,
        run_id: &str,
        source: SourceSettings,
        options: &SyncOptions,
        order: Order,
        observer: Observer,
        cancel: &CancellationToken,
    ) -> Finished {
        log::info!("Starting Sync");
        let started = Instant::now();
        let mut record = RunRecord {
            run_id: run_id.to_owned(),
            target: self.target(),
            started: utc_now(),
            full_refresh: order.task.is_full_refresh(),
            ..RunRecord::default()
        };
        let finished = match self.locked(&record) {
            Ok((_lock, last_fence, mark_file_is_ours)) => {
                let job = Job { run_id: run_id.to_owned(), last_fence, mark_file_is_ours, ..self.job(order, options) };
                let finished = self.attempt(source, &job, self.noting(&record, observer), cancel).await;
                end_record(&mut record, &finished, utc_now(), started.elapsed());
                // While the lock is held, so that `status` never sees a run without an end and without a holder.
                if let Err(error) = History::open(self.state.path()).finish(&record) {
                    log::warn!("the run history cannot be written: {error}");
                }
                finished
            }
            Err(error) => Finished { summary: RunSummary::of(record.full_refresh), result: Err(error) },
        };
        tell(&finished);
        finished
    }

    /// Creates or refreshes the helper views of the source's schema.
    ///
    /// # Errors
    /// The schema cannot be read, or the database not be written. Views that cannot be made stand in the report.
    pub async fn create_views(
        &self,
        source: SourceSettings,
        options: &SyncOptions,
        cancel: &CancellationToken,
    ) -> Result<ViewReport> {
        let source = Source::new(source)?;
        let _lock = RunLock::acquire(self.state.path(), &self.target())?;
        let mut destination = self.connect(&silent(), cancel);
        let order = Order { task: Task::Push, views: ViewDuty::Require };
        match sync::create_views(&source, destination.as_mut(), &self.job(order, options), cancel).await {
            Err(error) if source.may_be_elsewhere(&error) => {
                Err(explained(&source, error, options.include_calcs, cancel).await)
            }
            done => done,
        }
    }

    /// Deletes superseded rows; gives their number.
    pub async fn prune(&self, cancel: &CancellationToken) -> Result<u64> {
        let _lock = RunLock::acquire(self.state.path(), &self.target())?;
        let mut destination = self.connect(&silent(), cancel);
        if !destination.inspect().await?.has_documents {
            return Ok(0);
        }
        destination.prune().await
    }

    /// Entries of the quarantine.
    pub async fn quarantine(&self, filter: QuarantineFilter) -> Result<Vec<QuarantineEntry>> {
        self.connect(&silent(), &CancellationToken::new()).quarantine(filter).await
    }

    /// Closes open quarantine entries by hand; gives how many were open.
    pub async fn close_quarantine(&self, entries: &[i64]) -> Result<u64> {
        let _lock = RunLock::acquire(self.state.path(), &self.target())?;
        let mut destination = self.connect(&silent(), &CancellationToken::new());
        let closed = destination.close_quarantine(entries).await?;
        self.note_open_quarantine(destination.inspect().await?.open_quarantine);
        Ok(closed)
    }

    /// Tries to store quarantined documents by today's rules.
    pub async fn retry_quarantine(&self, filter: QuarantineFilter, options: &SyncOptions) -> Result<Requeued> {
        let _lock = RunLock::acquire(self.state.path(), &self.target())?;
        let mut destination = self.connect(&silent(), &CancellationToken::new());
        let entries = destination.quarantine(filter).await?.into_iter().filter(|e| e.closed.is_none()).collect();
        let done = requeue::requeue(destination.as_mut(), entries, options.chunk_size, options.keep_superseded).await?;
        self.note_open_quarantine(destination.inspect().await?.open_quarantine);
        Ok(done)
    }

    /// So many entries are open now: every sentence about the last run says so from here on. Under the lock.
    fn note_open_quarantine(&self, open: u64) {
        let counted = self.runs_until(|runs| runs.iter().any(RunRecord::has_counted)).unwrap_or_default();
        let Some(run) = counted.into_iter().find(RunRecord::has_counted) else { return };
        if let Err(error) = History::open(self.state.path()).recount(&run.run_id, open) {
            log::warn!("the run history cannot be written: {error}");
        }
    }

    /// Documents in the destination, by type.
    pub async fn count_documents(&self) -> Result<Vec<(String, u64)>> {
        self.connect(&silent(), &CancellationToken::new()).count_documents().await
    }

    /// The runs of this destination, newest first; one whose process is gone counts as interrupted.
    ///
    /// # Errors
    /// The history file cannot be read.
    pub fn runs(&self, limit: usize) -> Result<Vec<RunRecord>> {
        let mut runs = self.runs_until(|runs| runs.len() >= limit)?;
        runs.truncate(limit);
        Ok(runs)
    }

    /// The runs of this destination, newest first: at least as many as are `enough`, or all. A long history is read from
    /// its end, and no further than that.
    ///
    /// # Errors
    /// The history file cannot be read.
    pub fn runs_until(&self, enough: impl Fn(&[RunRecord]) -> bool) -> Result<Vec<RunRecord>> {
        let target = self.target();
        let is_alive = || RunLock::holder(self.state.path(), &target).is_some();
        History::open(self.state.path()).runs(&target, is_alive, enough)
    }

    /// What is not where the database should be; none while it is there, and where that cannot be told. Opens nothing.
    pub fn gone(&self) -> Option<Gone> {
        let DestinationSettings::Sqlite { path } = &self.destination;
        if path.try_exists().unwrap_or(true) {
            return None;
        }
        // Through a link SQLite makes the file that the link leads to.
        let real = path.read_link().map_or_else(|_| path.clone(), |to| folder_of(path).join(to));
        let folder = folder_of(&real);
        Some(if folder.is_dir() { Gone::File(path.clone()) } else { Gone::Folder(folder.to_owned()) })
    }

    /// Can the database be where it is said to be? Opens nothing. A folder that is still to be made counts as missing.
    ///
    /// # Errors
    /// As a run ends with, for a place that can hold none.
    pub fn check_place(&self) -> Result<()> {
        let DestinationSettings::Sqlite { path } = &self.destination;
        Sqlite::check_place(path)
    }

    /// Does another program hold this destination now? One that has ended, however it ended, holds nothing.
    pub fn is_held_elsewhere(&self) -> bool {
        let holder = RunLock::holder(self.state.path(), &self.target());
        // A holder that cannot be read may be any program's.
        holder.is_some_and(|holder| holder.is_none_or(|holder| holder.pid != std::process::id()))
    }

    /// Keeps every run away while the result is held: for removing what a run would use.
    ///
    /// # Errors
    /// A run is under way.
    pub fn hold(&self) -> Result<RunLock> {
        RunLock::acquire(self.state.path(), &self.target())
    }

    /// Takes the lock and opens the record of a run; gives the fence this machine last saw, and whether the mark file is
    /// ours, as far as the history can be read.
    fn locked(&self, record: &RunRecord) -> Result<(RunLock, Option<i64>, Option<bool>)> {
        let lock = RunLock::acquire(self.state.path(), &record.target)?;
        self.state.sweep();
        let history = History::open(self.state.path());
        let last_fence = history.last_fence(&record.target).unwrap_or_default();
        let mark_file_is_ours = history.follows_mark_file(&record.target).ok();
        if let Err(error) = history.begin(record) {
            log::warn!("the run history cannot be written: {error}");
        }
        Ok((lock, last_fence, mark_file_is_ours))
    }

    /// Keeps what is stored page by page, so that a run which is killed is not shown with less. Of many hundreds of pages
    /// only one in a hundredth part, or small pages would fill the history.
    fn noting(&self, record: &RunRecord, observer: Observer) -> Observer {
        let (history, record) = (History::open(self.state.path()), record.clone());
        Arc::new(move |event| {
            if let Event::Stored { so_far, is_last: false } = event
                && so_far.pages.is_multiple_of((so_far.pages / 100).max(1))
            {
                let mut record = record.clone();
                count(&mut record, so_far);
                if let Err(error) = history.note(&record) {
                    log::debug!("the run history cannot be written: {error}");
                }
            }
            observer(event);
        })
    }

    async fn attempt(
        &self,
        source: SourceSettings,
        job: &Job,
        observer: Observer,
        cancel: &CancellationToken,
    ) -> Finished {
        let mut destination = self.connect(&observer, cancel);
        match Source::new(source) {
            Ok(source) => {
                let finished = sync::run(&source, destination.as_mut(), job, observer, cancel).await;
                let result = match finished.result {
                    Err(error) if finished.summary.pages == 0 && source.may_be_elsewhere(&error) => {
                        Err(explained(&source, error, job.options.include_calcs, cancel).await)
                    }
                    result => result,
                };
                Finished { result, ..finished }
            }
            Err(error) => Finished { summary: RunSummary::of(job.task.is_full_refresh()), result: Err(error) },
        }
    }

    fn job(&self, order: Order, options: &SyncOptions) -> Job {
        Job {
            run_id: String::new(),
            writer: writer(),
            task: order.task,
            views: order.views,
            options: options.clone(),
            name_rules: self.name_rules(),
            mark_file: self.mark_file.clone(),
            mark_file_of: self.mark_file_of.clone(),
            retry: RetryLimits::default(),
            last_fence: None,
            mark_file_is_ours: Some(false),
        }
    }

    fn connect(&self, observer: &Observer, cancel: &CancellationToken) -> Box<dyn Destination> {
        match &self.destination {
            DestinationSettings::Sqlite { path } => {
                let (observer, shown) = (Arc::clone(observer), path.display().to_string());
                let run = logging::run_id();
                let on_wait = move || {
                    let text = format!("Waiting: {shown} is locked by another program");
                    logging::in_run(run.as_deref(), || log::info!("{text}"));
                    observer(&Event::Waiting(&text));
                };
                let waiting = Waiting { cancel: cancel.clone(), on_wait: Arc::new(on_wait), limit: LOCKED_LIMIT };
                Box::new(Sqlite::new(path.clone(), waiting))
            }
        }
    }

    fn name_rules(&self) -> NameRules {
        match self.destination {
            DestinationSettings::Sqlite { .. } => Sqlite::NAME_RULES,
        }
    }

    /// Names the destination for lock and history: the same file is the same target, however its path is written.
    fn target(&self) -> String {
        match &self.destination {
            DestinationSettings::Sqlite { path } => format!("sqlite:{}", real_file(path).display()),
        }
    }
}

/// `error`; or, where the address is that of something else on the same server, one that says where Execute answers. A run
/// has nobody who looks at what was tried, so only a schema counts there, and only if this address gives none.
async fn explained(source: &Source, error: Error, include_calcs: bool, cancel: &CancellationToken) -> Error {
    let look = async {
        let again = source.schema(include_calcs).await.err()?;
        source.base_above(&again, include_calcs).await
    };
    let found = tokio::select! {
        biased;
        () = cancel.cancelled() => None,
        found = look => found,
    };
    match found {
        Some((base, sign @ Sign::Schema)) => source.elsewhere(&base, sign, error),
        Some((_, Sign::Refusal)) | None => error,
    }
}

fn silent() -> Observer {
    Arc::new(|_| {})
}

fn writer() -> String {
    format!("execute-sync {} (process {})", env!("CARGO_PKG_VERSION"), std::process::id())
}

fn utc_now() -> String {
    utc(Timestamp::now())
}

/// What the history keeps of a run that ended at `now`.
pub(crate) fn end_record(record: &mut RunRecord, finished: &Finished, now: String, duration: Duration) {
    let summary = &finished.summary;
    record.finished = Some(now);
    record.outcome = Some(match &finished.result {
        Ok(()) if summary.quarantined > 0 => Outcome::Quarantined,
        Ok(()) => Outcome::Succeeded,
        Err(error) if error.kind() == Kind::Cancelled => Outcome::Cancelled,
        Err(_) => Outcome::Failed,
    });
    count(record, summary);
    record.read_everything_since.clone_from(&summary.read_everything_since);
    record.removed = if summary.removals_held_back { 0 } else { summary.removed.iter().map(|r| r.unseen).sum() };
    record.error = finished.result.as_ref().err().map(RunError::from);
    record.duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
}

/// What a run has stored, and how the destination stood after its last commit.
fn count(record: &mut RunRecord, summary: &RunSummary) {
    record.documents = summary.documents;
    record.pages = summary.pages;
    record.bytes = summary.bytes;
    record.quarantined = summary.quarantined;
    record.full_refresh = summary.full_refresh;
    record.reads_everything = summary.reads_everything;
    record.fence = summary.fence;
    record.left_mark_file = summary.left_mark_file;
    record.open_quarantine = summary.open_quarantine;
}

/// The lines that monitors search for.
pub fn tell(finished: &Finished) {
    match &finished.result {
        Ok(()) if finished.summary.documents == 0 => log::info!("Sync Complete: No Updated Documents"),
        Ok(()) => log::info!("Sync Complete: {} Updated Documents", finished.summary.documents),
        Err(error) if error.kind() == Kind::Cancelled => log::info!("Sync stopped as asked; whole pages stay"),
        Err(error) => tell_failure("Sync", error),
    }
}

/// `what` failed: one line for monitors, the driver's own words below it.
pub fn tell_failure(what: &str, error: &Error) {
    log::error!("{what} Failed: {error}{}", error.remedy().map(|hint| format!(". {hint}")).unwrap_or_default());
    let details = error.details();
    if !details.is_empty() {
        log::info!("Details: {details}");
    }
}

/// An exit code for a finished run, by the table of kinds.
pub fn exit_code(finished: &Finished) -> u8 {
    match &finished.result {
        Err(error) => error.kind().exit_code(),
        Ok(()) if finished.summary.quarantined > 0 => 6,
        Ok(()) => 0,
    }
}
