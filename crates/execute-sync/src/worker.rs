//! The background worker: runs several profiles by their schedules, needs no window, and outlives whatever fails in it.
//!
//! A shell plugs in what a run of a profile is ([`Runner`]) and gives orders through a [`Handle`]. Schedules are decided
//! in [`crate::schedule`], sentences in [`crate::status`]; here are turns, runs and clocks. Nothing is stored here.
//!
//! Never two runs of one profile, never more than [`Limits::at_once`] in all, whoever waits longest first. A run that
//! panics is a failed run; an order that panics is logged and lost. A run ends between pages or not at all.

mod clock;
mod handle;
mod meter;
mod one;
mod orders;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

pub use clock::{Clock, SystemClock};
pub use handle::Handle;
pub use meter::Progress;

use crate::engine::Order;
use crate::history::{RunError, RunRecord};
use crate::progress::Observer;
use crate::schedule::Schedule;
use crate::status::{Gone, Status};
use crate::sync::Finished;

/// What a run of a profile is.
#[async_trait]
pub trait Runner: Send + Sync + 'static {
    /// Runs once. Must end soon after `cancel`, with whole pages only. May be dropped where it waits when the app must
    /// quit and it has not ended by then.
    async fn run(&self, id: &str, order: Order, observer: Observer, cancel: CancellationToken) -> Finished;
}

/// Receives what a person should hear of; called from the worker's task, must return at once.
pub type Told = Arc<dyn Fn(Tell) + Send + Sync>;

/// What a person may set, also while the worker works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// So many runs at the same time.
    pub at_once: usize,
    /// Nothing synced for so long is told; where a schedule leaves longer gaps of its own, later.
    pub nothing_synced_for: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { at_once: 2, nothing_synced_for: Some(Duration::from_secs(24 * 3600)) }
    }
}

/// How the worker works.
#[derive(Clone)]
pub struct Options {
    /// Those at the start.
    pub limits: Limits,
    /// The clocks are read at least this often, to notice a wake or a clock that was set.
    pub look_every: Duration,
    /// A number from 0 to 1, a new one each time: keeps many clients apart.
    pub jitter: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            limits: Limits::default(),
            look_every: Duration::from_secs(30),
            jitter: Arc::new(rand::random::<f64>),
        }
    }
}

/// A profile as the worker must know it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Planned {
    /// Tells profiles apart.
    pub id: String,
    /// When it runs by itself.
    pub schedule: Schedule,
    /// Not now.
    pub paused: Option<Pause>,
    /// Another number than before: the profile, its secret or the app has changed. A run under way is stopped and begun
    /// anew, and what failed is tried at once.
    pub revision: u64,
    /// Its history, newest first. What another program ran since the worker last knew counts as if it had run it.
    pub runs: Vec<RunRecord>,
    /// The database is not there.
    pub gone: Option<Gone>,
    /// Another program holds the destination now.
    pub is_elsewhere: bool,
}

/// No runs by themselves. A run under way is stopped; one that a person asks for is made all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pause {
    /// Until then, or until resumed.
    pub until: Option<Timestamp>,
}

/// How a profile is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileStatus {
    /// The profile.
    pub id: String,
    /// In a word and in a sentence.
    pub status: Status,
    /// What the run under way has done.
    pub progress: Option<Progress>,
    /// The next run by itself, to the second.
    pub next_at: Option<Timestamp>,
    /// That one replaces everything.
    pub next_is_full_refresh: bool,
    /// No runs by themselves.
    pub paused: Option<Pause>,
    /// Another program holds the destination, as far as is known.
    pub is_elsewhere: bool,
    /// The last attempt's error, until one ends well.
    pub error: Option<RunError>,
    /// Open entries of the quarantine, as the last run counted them.
    pub open_quarantine: u64,
    /// When everything the source had was last in the database, UTC.
    pub last_good: Option<String>,
}

/// Something a person should hear of, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tell {
    /// The profile.
    pub id: String,
    /// What it is.
    pub what: What,
    /// The sentence to show.
    pub sentence: String,
}

/// What is worth a notification. That a sync went well is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// It failed again when it was tried again.
    Failing,
    /// Only a person can mend it.
    NeedsYou,
    /// It works again, after one of these two.
    Recovered,
    /// No run has ended well for longer than the limit.
    NothingSynced,
}

/// The worker.
pub struct Worker;

impl Worker {
    /// Starts it on the tokio runtime of the caller, with no profiles yet. The first [`Handle::set_profiles`] counts as
    /// the start of the app. It ends with [`Handle::quit`], or stops its runs and ends when the last handle is dropped.
    pub fn start(options: Options, clock: Arc<dyn Clock>, runner: Arc<dyn Runner>, told: Told) -> Handle {
        let (handle, inbox) = handle::pair();
        tokio::spawn(turn::work(turn::State::new(options, clock, runner, told, &inbox), inbox));
        handle
    }
}
