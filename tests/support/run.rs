//! Runs of the program: inside this process for speed, or as the real binary.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use execute_sync::destination::sqlite::{Sqlite, Waiting};
use execute_sync::engine::{Engine, Order};
use execute_sync::error::Kind;
use execute_sync::profile::{BaseUrl, DestinationSettings, MarkFileOf, SourceSettings, SyncOptions};
use execute_sync::progress::{Event, Observer};
use execute_sync::retry::RetryLimits;
use execute_sync::secret::Secret;
use execute_sync::source::Source;
use execute_sync::sync::{self, Finished, Job, Task, ViewDuty};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::execute::{KEY_ID, KEY_SECRET};

/// A folder of one test: its state, and its database. It goes with the value.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Self {
        Home(named().tempdir().expect("there is a temporary folder"))
    }

    /// In memory where the system has such a folder: for hundreds of small databases, whose waiting for the disk proves
    /// nothing.
    pub fn in_memory() -> Self {
        named().tempdir_in("/dev/shm").map_or_else(|_| Home::new(), Home)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn database(&self) -> PathBuf {
        self.path().join("execute.sqlite")
    }

    pub fn mark_file(&self) -> PathBuf {
        self.path().join("last_sync_date.txt")
    }
}

/// A blank in the path, as people's home folders have.
fn named() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("execute-sync test ");
    builder
}

/// Attempts, and hardly any pause between them.
pub const QUICK: RetryLimits =
    RetryLimits { attempts: 3, waiting: Duration::from_secs(60), first_pause: Duration::from_millis(1) };

/// The login of the tests for a server. Its limits are for servers that answer, on a machine that is busy.
pub fn settings(url: &str) -> SourceSettings {
    let url = BaseUrl::parse(url).expect("tests give good URLs");
    SourceSettings::new(url, KEY_ID, Arc::new(Secret::new(KEY_SECRET.to_owned())))
}

/// The same with every limit as short as it goes, for servers that let us wait.
pub fn impatient(url: &str) -> SourceSettings {
    SourceSettings { connect_timeout_s: 1, first_byte_timeout_s: 1, idle_timeout_s: 1, ..settings(url) }
}

/// Small pages and short slices, so that a dozen documents have several of both.
pub fn options() -> SyncOptions {
    SyncOptions { max_documents: 4, chunk_size: 10, ..SyncOptions::default() }
}

/// How a run is made.
#[derive(Clone)]
pub struct How {
    pub task: Task,
    pub options: SyncOptions,
    pub retry: RetryLimits,
    pub cancel: CancellationToken,
    /// A run that lasts longer hangs.
    pub limit: Duration,
    /// Told each event besides what [`Ran`] keeps.
    pub observer: Option<Observer>,
}

impl Default for How {
    fn default() -> Self {
        How {
            task: Task::Push,
            options: options(),
            retry: QUICK,
            cancel: CancellationToken::new(),
            limit: Duration::from_secs(20),
            observer: None,
        }
    }
}

/// A run that ended.
#[derive(Debug)]
pub struct Ran {
    pub finished: Finished,
    /// The kinds of the errors after which it tried again, and how long it paused.
    pub retried: Vec<(Kind, Duration)>,
    pub took: Duration,
}

impl Ran {
    /// How it ended; `None` = well.
    pub fn kind(&self) -> Option<Kind> {
        self.finished.result.as_ref().err().map(execute_sync::error::Error::kind)
    }

    /// What it ended with, in words with its remedy and its causes.
    pub fn told(&self) -> String {
        match &self.finished.result {
            Ok(()) => "it ended well".to_owned(),
            Err(error) => format!("{error:?}. {}", error.remedy().unwrap_or("(no remedy)")),
        }
    }
}

/// Syncs once inside this process, without lock and history.
///
/// # Errors
/// It did not end within its limit.
pub async fn sync_run(source: &Source, home: &Home, how: &How) -> Result<Ran, String> {
    let waiting = Waiting { cancel: how.cancel.clone(), on_wait: Arc::new(|| {}), limit: Duration::from_secs(10) };
    let mut destination = Sqlite::new(home.database(), waiting);
    let job = Job {
        run_id: "test".to_owned(),
        writer: "test".to_owned(),
        task: how.task,
        views: ViewDuty::Warn,
        options: how.options.clone(),
        name_rules: Sqlite::NAME_RULES,
        mark_file: Some(home.mark_file()),
        mark_file_of: MarkFileOf::Unknown,
        retry: how.retry,
        last_fence: None,
        mark_file_is_ours: Some(false),
    };
    let (observer, retried) = watch(how);
    let started = Instant::now();
    let run = sync::run(source, &mut destination, &job, observer, &how.cancel);
    let finished = tokio::time::timeout(how.limit, run).await.map_err(|_| hangs(how))?;
    Ok(Ran { finished, retried: take(&retried), took: started.elapsed() })
}

/// Syncs once inside this process as the shells do, with lock and history. Retries take their real time.
///
/// # Errors
/// It did not end within its limit.
pub async fn engine_run(settings: SourceSettings, home: &Home, how: &How) -> Result<Ran, String> {
    let engine =
        Engine::with_mark_file(DestinationSettings::Sqlite { path: home.database() }, home.path(), MarkFileOf::Unknown);
    let (observer, retried) = watch(how);
    let started = Instant::now();
    let order = Order { task: how.task, views: ViewDuty::Warn };
    let run = engine.run(settings, &how.options, order, observer, &how.cancel);
    let finished = tokio::time::timeout(how.limit, run).await.map_err(|_| hangs(how))?;
    Ok(Ran { finished, retried: take(&retried), took: started.elapsed() })
}

fn hangs(how: &How) -> String {
    format!("it did not end within {:?}", how.limit)
}

type Retries = Vec<(Kind, Duration)>;

fn watch(how: &How) -> (Observer, Arc<Mutex<Retries>>) {
    let retried = Arc::new(Mutex::new(Vec::new()));
    let (kept, more) = (Arc::clone(&retried), how.observer.clone());
    let observer: Observer = Arc::new(move |event| {
        if let Event::Retrying { error, wait_ms } = event {
            kept.lock().expect("pushing does not panic").push((error.kind(), Duration::from_millis(*wait_ms)));
        }
        if let Some(more) = &more {
            more(event);
        }
    });
    (observer, retried)
}

fn take(retried: &Mutex<Retries>) -> Retries {
    std::mem::take(&mut retried.lock().expect("pushing does not panic"))
}
